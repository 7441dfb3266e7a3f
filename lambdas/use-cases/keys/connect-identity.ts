import { type Ours, oursIn, providerProblem, ruleChanges } from '../../core/identity/federation.ts';
import type { ConnectedIdentity, Identity } from '../../core/identity/ports.ts';
import type { FederationRule, IdentityProvider } from '../../core/identity-ports.ts';
import type { ServiceAccount } from '../../core/keys/ports.ts';
import { findSource, type Source, type WorkloadIdentity } from '../../core/policy/policy.ts';
import { IDENTITY_AUDIENCE } from '../../shared/contract/names.ts';
import { explaining, projectKeyName } from '../operate/explain-openai.ts';
import { BadRequestError } from '../operate/problem.ts';
import { nameAtOpenAI, rulesFor } from '../source-identity.ts';
import { calling, everyPage, type KeysCommandDeps, tell } from './deps.ts';

/** One for all stacks of an AWS account: it is found by its issuer. */
const PROVIDER_NAME = 'Checkpoint Sharing on AWS';

/** A source without a stored key, and what is known of it. */
interface Keyless {
  readonly source: string;
  readonly projectId: string;
  readonly given: WorkloadIdentity['given'];
  readonly known: ConnectedIdentity | undefined;
}

/** Undefined for a source that has a key. */
async function keylessOf(deps: KeysCommandDeps, source: string): Promise<Keyless | undefined> {
  const { id: projectId, source: { workloadIdentity } = {} } =
    findSource(deps.policy, source) ?? ({} as Partial<Source>);
  if (workloadIdentity === undefined || projectId === undefined) return undefined;
  const { given } = workloadIdentity;
  return { source, projectId, given, known: await deps.identity.connected.get(source) };
}

/**
 * Makes at OpenAI what a source without a stored key takes: who vouches for this AWS account, a service account of the project,
 * and for each function a rule that lets its very role act as that. Each is found again by what it is for, so that it may be
 * broken off anywhere and goes on when it is asked for again. Gives back whether anything had to be done; undefined for a
 * source that has a key.
 */
export async function connectIdentity(deps: KeysCommandDeps, source: string): Promise<boolean | undefined> {
  const keyless = await keylessOf(deps, source);
  if (keyless === undefined) return undefined;
  const { known } = keyless;
  const done: string[] = [];
  const { issuer } = await explaining(projectKeyName(deps, source), () => deps.identity.web.mint());
  const provider = await provideFor(deps, keyless, issuer, done);
  const account = await accountFor(deps, keyless, done);
  const rules = await rulesOf(deps, keyless, { providerId: provider.id, serviceAccountId: account.id }, done);
  const connected: ConnectedIdentity = {
    source,
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
function sorted({ rules, identityProviderId, serviceAccountId }: ConnectedIdentity) {
  return { identityProviderId, serviceAccountId, rules: Object.entries(rules).sort() };
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
  done: string[],
): Promise<ServiceAccount> {
  const name = nameAtOpenAI(deps.stackName);
  const listed = await accountsOf(deps, projectId);
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
  done: string[],
): Promise<ConnectedIdentity['rules']> {
  const { projectId } = keyless;
  const ours = oursOf(deps, keyless);
  const { prefix } = ours;
  const wanted = [...rulesFor(deps.identity.roles, { projectId, serviceAccountId, prefix }).values()];
  const { kept, make, change, remove } = ruleChanges(wanted, await rulesAt(deps, providerId), ours);
  const rules = [...kept];
  for (const { id } of remove) {
    await calling(deps, 'federation-rules.delete', () => deps.rules.delete(providerId, id));
    done.push(`federation rule ${id} deleted`);
  }
  for (const { id, order } of change) {
    const { name, matchers, scopes } = order;
    await calling(deps, 'federation-rules.update', () =>
      deps.rules.update(providerId, id, { name, matchers, scopes, enabled: true }),
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

/** In the names of our rules the function comes after the prefix. */
function oursOf({ stackName, identity }: KeysCommandDeps, { projectId, known }: Keyless): Ours {
  const prefix = `${nameAtOpenAI(stackName)} `;
  return { projectId, prefix, roles: [...identity.roles.values()], known: Object.values(known?.rules ?? {}) };
}

function rulesAt(deps: KeysCommandDeps, providerId: string): Promise<readonly FederationRule[]> {
  return calling(deps, 'federation-rules.list', () => deps.rules.list(providerId));
}

/**
 * Takes away what connecting has made: our rules, and the service account and the provider where they are ours and nothing
 * else uses them. The word in the ledger goes last, so that it goes on where it was broken off. False: there was nothing.
 */
export async function disconnectIdentity(deps: KeysCommandDeps, source: string): Promise<boolean> {
  const keyless = await keylessOf(deps, source);
  if (keyless?.known === undefined) return false;
  const { projectId, given, known } = keyless;
  const { identityProviderId: providerId, serviceAccountId } = known;
  const providers = await calling(deps, 'identity-providers.list', () => deps.providers.list());
  const provider = providers.find(({ id }) => id === providerId);
  const rules = provider === undefined ? [] : await rulesAt(deps, providerId);
  const ours = oursIn(rules, oursOf(deps, keyless));
  const done: string[] = [];
  for (const { id } of ours) {
    await calling(deps, 'federation-rules.delete', () => deps.rules.delete(providerId, id));
    done.push(`federation rule ${id}`);
  }
  const others = rules.filter((rule) => !ours.includes(rule));
  const elsewhere = providers.filter((each) => each !== provider);
  if (given === null && !(await isAccountUsed(deps, { projectId, serviceAccountId }, others, elsewhere))) {
    await calling(deps, 'service-accounts.delete', (api) => api.deleteServiceAccount(projectId, serviceAccountId));
    done.push(`service account ${serviceAccountId}`);
  }
  if (given === null && provider?.name === PROVIDER_NAME && others.length === 0) {
    await calling(deps, 'identity-providers.delete', () => deps.providers.delete(providerId));
    done.push(`identity provider ${providerId}`);
  }
  await tell(
    apart(deps),
    'source-disconnected',
    `${source}: deleted what it was read by without a stored key: ${done.join(', ') || 'nothing'}`,
  );
  await deps.identity.connected.delete(source);
  return true;
}

/**
 * One that is not ours by its name, that somebody has made a key of, or that another rule lets somebody act as: also one of
 * another provider, for a stack of the same name in another AWS account has the same service account.
 */
async function isAccountUsed(
  deps: KeysCommandDeps,
  { projectId, serviceAccountId }: { readonly projectId: string; readonly serviceAccountId: string },
  others: readonly FederationRule[],
  elsewhere: readonly IdentityProvider[],
): Promise<boolean> {
  const account = (await accountsOf(deps, projectId)).find(({ id }) => id === serviceAccountId);
  if (account?.name !== nameAtOpenAI(deps.stackName)) return true;
  const isAsIt = (rule: FederationRule) => rule.serviceAccountId === serviceAccountId;
  if (others.some(isAsIt)) return true;
  const keys = await everyPage(deps, (after) =>
    calling(deps, 'project-keys.list', ({ listProjectKeys }) => listProjectKeys(projectId, after)),
  );
  if (keys.some(({ owner }) => owner.id === serviceAccountId)) return true;
  for (const { id } of elsewhere) if ((await rulesAt(deps, id)).some(isAsIt)) return true;
  return false;
}

/** What one request tells of at the same time is told apart by this. */
function apart(deps: KeysCommandDeps): KeysCommandDeps {
  return { ...deps, requestId: `${deps.requestId}-identity` };
}

function accountsOf(deps: KeysCommandDeps, projectId: string): Promise<readonly ServiceAccount[]> {
  return everyPage(deps, (after) =>
    calling(deps, 'service-accounts.list', ({ listServiceAccounts }) => listServiceAccounts(projectId, after)),
  );
}

function notThere(what: string, id: string): BadRequestError {
  return new BadRequestError(
    `OpenAI has no ${what} ${id}, which sharing.yaml names.`,
    'Mend its id in sharing.yaml and deploy; or leave both ids out, and have them made.',
  );
}
