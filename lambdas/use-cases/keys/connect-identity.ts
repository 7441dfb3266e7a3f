import { providerProblem, ruleChanges } from '../../core/identity/federation.ts';
import type { ConnectedIdentity, Identity } from '../../core/identity/ports.ts';
import type { FederationRule, IdentityProvider } from '../../core/identity-ports.ts';
import type { ServiceAccount } from '../../core/keys/ports.ts';
import { IDENTITY_AUDIENCE } from '../../shared/contract/names.ts';
import { explaining, projectKeyName } from '../operate/explain-openai.ts';
import { BadRequestError } from '../operate/problem.ts';
import { nameAtOpenAI, rulesFor } from '../source-identity.ts';
import { calling, type KeysCommandDeps, tell } from './deps.ts';
import { inItsProject } from './disconnect-identity.ts';
import {
  accountIdsOf,
  accountsOf,
  apart,
  type Keyless,
  keylessOf,
  oursOf,
  PROVIDER_NAME,
  rulesAt,
} from './keyless-source.ts';

/**
 * Makes at OpenAI what a source without a stored key takes: who vouches for this AWS account, a service account of the project,
 * and for each function a rule that lets its very role act as that. Each is found again by what it is for, so that it may be
 * broken off anywhere and goes on when it is asked for again. Gives back whether anything had to be done; undefined for a
 * source that has a key.
 */
export async function connectIdentity(deps: KeysCommandDeps, source: string): Promise<boolean | undefined> {
  const found = await keylessOf(deps, source);
  if (found === undefined) return undefined;
  const { issuer } = await explaining(projectKeyName(deps, source), () => deps.identity.web.mint());
  const keyless = await inItsProject(deps, found);
  const { known, projectId } = keyless;
  const done: string[] = [];
  const provider = await provideFor(deps, keyless, issuer, done);
  const accounts = await accountsOf(deps, projectId);
  const account = await accountFor(deps, keyless, accounts, done);
  const at = { providerId: provider.id, serviceAccountId: account.id };
  const there = await rulesAt(deps, provider.id, accountIdsOf(deps, keyless, accounts).union(new Set([account.id])));
  const rules = await rulesOf(deps, keyless, at, there, done);
  const connected: ConnectedIdentity = {
    source,
    projectId,
    version: known?.version ?? 0,
    identityProviderId: provider.id,
    serviceAccountId: account.id,
    rules,
  };
  const isKnown = known !== undefined && JSON.stringify(sorted(known)) === JSON.stringify(sorted(connected));
  if (isKnown && done.length === 0) return false;
  const what = done.length === 0 ? 'found as it is to be' : done.join('; ');
  await tell(
    apart(deps),
    'source-connected',
    `${source}: read without a stored key, by the identity provider ${provider.id} as the service account ${account.id}: ${what}`,
  );
  if (!isKnown && !(await deps.identity.connected.save(connected))) {
    throw new BadRequestError('Somebody else connects this very source just now.', 'Ask again in a moment.');
  }
  return true;
}

/** DynamoDB gives objects back as they were, and a person reads them in any order. */
function sorted({ rules, projectId, identityProviderId, serviceAccountId }: ConnectedIdentity) {
  return { projectId, identityProviderId, serviceAccountId, rules: Object.entries(rules).sort() };
}

async function provideFor(
  deps: KeysCommandDeps,
  { given, known }: Keyless,
  issuer: Identity['issuer'],
  done: string[],
): Promise<IdentityProvider> {
  const wanted = { issuer, audience: IDENTITY_AUDIENCE };
  const listed = await calling(deps, 'identity-providers.list', () => deps.providers.list());
  const fits = listed.filter((each) => each.issuer === issuer && each.audience === IDENTITY_AUDIENCE);
  const byId = (id: string | undefined) => listed.find((each) => each.id === id);
  const [best] = fits.toSorted((a, b) => Number(b.enabled) - Number(a.enabled) || a.createdAt - b.createdAt);
  const found =
    given === null ? (fits.find(({ id }) => id === known?.identityProviderId) ?? best) : byId(given.identityProviderId);
  if (found === undefined) {
    if (given !== null) throw notThere('workload identity provider', given.identityProviderId);
    const made = await calling(deps, 'identity-providers.create', () =>
      deps.providers.create({ name: PROVIDER_NAME, ...wanted }),
    );
    done.push(`identity provider ${made.id} made`);
    return made;
  }
  const problem = providerProblem(found, wanted);
  if (problem === null) return found;
  throw new BadRequestError(
    problem,
    found.enabled
      ? 'Leave identityProviderId and serviceAccountId out of sharing.yaml to have one made, or mend it at OpenAI.'
      : "Switch it on in the organisation's settings at OpenAI, or ask who switched it off.",
  );
}

async function accountFor(
  deps: KeysCommandDeps,
  { projectId, given, known }: Keyless,
  listed: readonly ServiceAccount[],
  done: string[],
): Promise<ServiceAccount> {
  const name = nameAtOpenAI(deps.stackName);
  const byId = (id: string | undefined) => listed.find((each) => each.id === id);
  const ours = () => byId(known?.serviceAccountId) ?? listed.find((each) => each.name === name);
  const found = given === null ? ours() : byId(given.serviceAccountId);
  if (found === undefined && given !== null) throw notThere('service account', given.serviceAccountId);
  const account =
    found ??
    (await calling(deps, 'service-accounts.create', ({ createServiceAccount }) =>
      createServiceAccount(projectId, name),
    ));
  if (found === undefined) done.push(`service account ${account.id} made`);
  // One that is made alone has no role, and may do nothing.
  if (account.role === 'none') {
    await calling(deps, 'service-accounts.update', ({ setRole }) => setRole(projectId, account.id, 'member'));
    done.push(`service account ${account.id} made a member`);
  }
  return account;
}

/** By function, the ids of the rules. */
async function rulesOf(
  deps: KeysCommandDeps,
  keyless: Keyless,
  { providerId, serviceAccountId }: { readonly providerId: string; readonly serviceAccountId: string },
  there: readonly FederationRule[],
  done: string[],
): Promise<ConnectedIdentity['rules']> {
  const { projectId } = keyless;
  const ours = oursOf(deps, keyless);
  const { prefix } = ours;
  const orders = rulesFor(deps.identity.roles, { projectId, serviceAccountId, prefix }).values();
  const wanted = [...orders].map((order) => ({ ...order, description: deps.stackArn }));
  const { kept, make, change, remove } = ruleChanges(wanted, there, ours);
  const rules = [...kept];
  // Before it is done, since nothing shows it afterwards; what is made the ledger's word shows.
  const toDo = [
    ...remove.map(({ id }) => `${id} is to be deleted`),
    ...change.map(({ id }) => `${id} is to be mended`),
  ];
  if (toDo.length > 0) {
    const unique = { ...deps, requestId: `${deps.requestId}-rules` };
    await tell(unique, 'source-connected', `${keyless.source}: federation rule ${toDo.join('; ')}`);
  }
  for (const { id } of remove) {
    await calling(deps, 'federation-rules.delete', () => deps.rules.delete(providerId, id));
    done.push(`federation rule ${id} deleted`);
  }
  for (const { id, order } of change) {
    const { name, description = null, matchers, scopes } = order;
    await calling(deps, 'federation-rules.update', () =>
      deps.rules.update(providerId, id, { name, description, matchers, scopes, enabled: true }),
    );
    done.push(`federation rule ${id} mended`);
  }
  for (const order of make) {
    const made = await calling(deps, 'federation-rules.create', () => deps.rules.create(providerId, order));
    rules.push(made);
    done.push(`federation rule ${made.id} made for ${order.matchers.sub}`);
  }
  return Object.fromEntries(rules.map(({ id, name }) => [name?.slice(prefix.length), id]));
}

function notThere(what: string, id: string): BadRequestError {
  return new BadRequestError(
    `OpenAI has no ${what} ${id}, which sharing.yaml names.`,
    'Mend its id in sharing.yaml and deploy; or leave both ids out, and have them made.',
  );
}
