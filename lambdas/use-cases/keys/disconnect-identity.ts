import { NotFoundError } from '../../core/errors.ts';
import { oursIn } from '../../core/identity/federation.ts';
import type { FederationRule, IdentityProvider } from '../../core/identity-ports.ts';
import type { ServiceAccount } from '../../core/keys/ports.ts';
import { nameAtOpenAI } from '../source-identity.ts';
import { calling, everyPage, type KeysCommandDeps, tell } from './deps.ts';
import {
  accountIdsOf,
  accountsOf,
  apart,
  formerlyKeyless,
  type Keyless,
  keylessOf,
  oursOf,
  PROVIDER_NAME,
  rulesAt,
} from './keyless-source.ts';

/**
 * Takes away what connecting has made: our rules, at whichever provider, and the service account and the provider where they
 * are ours and nothing else uses them. So it does with what a source has left that has a key by now, or that the policy does
 * not name any more. The word in the ledger goes last, so that it goes on where it was broken off. False: there was nothing.
 */
export async function disconnectIdentity(deps: KeysCommandDeps, source: string): Promise<boolean> {
  const keyless = (await keylessOf(deps, source)) ?? (await formerlyKeyless(deps, source));
  if (keyless === undefined) return false;
  const present = await inItsProject(deps, keyless);
  return (await takeAway(deps, present)) || present !== keyless;
}

/** Where the policy gives the source another project by now, what it had in the former one goes first. */
export async function inItsProject(deps: KeysCommandDeps, keyless: Keyless): Promise<Keyless> {
  const { known, projectId } = keyless;
  if (known === undefined || known.projectId === projectId) return keyless;
  const former = { ...deps, requestId: `${deps.requestId}-former` };
  await takeAway(former, { ...keyless, projectId: known.projectId });
  return { ...keyless, known: undefined };
}

async function takeAway(deps: KeysCommandDeps, keyless: Keyless): Promise<boolean> {
  const { source, projectId, given, known } = keyless;
  const providers = await calling(deps, 'identity-providers.list', () => deps.providers.list());
  const accounts = await accountsOf(deps, projectId).catch((error: unknown) => {
    // With a project go its accounts.
    if (error instanceof Error && error.cause instanceof NotFoundError) return [];
    throw error;
  });
  const rules = await allRules(deps, providers, accountIdsOf(deps, keyless, accounts));
  const ours = oursIn(rules, oursOf(deps, keyless));
  const others = rules.filter((rule) => !ours.includes(rule));
  const done: string[] = [];
  for (const { id, providerId } of ours) {
    await calling(deps, 'federation-rules.delete', () => deps.rules.delete(providerId, id));
    done.push(`federation rule ${id}`);
  }
  for (const { id } of given === null ? await accountsLeft(deps, projectId, accounts, others) : []) {
    await calling(deps, 'service-accounts.delete', (api) => api.deleteServiceAccount(projectId, id));
    done.push(`service account ${id}`);
  }
  const isOurs = ({ id, name }: IdentityProvider) =>
    name === PROVIDER_NAME && [known?.identityProviderId, ...ours.map(({ providerId }) => providerId)].includes(id);
  for (const { id } of given === null ? providers.filter(isOurs) : []) {
    if (await hasOthers(deps, id, ours)) continue;
    await calling(deps, 'identity-providers.delete', () => deps.providers.delete(id));
    done.push(`identity provider ${id}`);
  }
  if (known === undefined && done.length === 0) return false;
  await tell(
    apart(deps),
    'source-disconnected',
    `${source}: deleted what it was read by without a stored key: ${done.join(', ') || 'nothing'}`,
  );
  await deps.identity.connected.delete(source);
  return true;
}

/** The rules of each are a page: there may be more providers than slots. */
function allRules(
  deps: KeysCommandDeps,
  providers: readonly IdentityProvider[],
  accountIds: ReadonlySet<string>,
): Promise<readonly FederationRule[]> {
  return everyPage(deps, async (after) => {
    const at = Number(after ?? 0);
    const provider = providers[at];
    const items = provider === undefined ? [] : await rulesAt(deps, provider.id, accountIds);
    return { items, next: at + 1 < providers.length ? String(at + 1) : null };
  });
}

/** Whether a provider has rules of whomever, besides these, which may be listed for a moment after they are deleted. */
async function hasOthers(deps: KeysCommandDeps, providerId: string, ours: readonly FederationRule[]): Promise<boolean> {
  const { items, next } = await calling(deps, 'federation-rules.list', () =>
    deps.rules.page(providerId, { after: null }),
  );
  return next !== null || items.some(({ id }) => !ours.some((rule) => rule.id === id));
}

/**
 * Our service accounts, of which there are two where OpenAI's list did not show yet what a lost answer had made; but none that somebody has made a key of, or
 * that another rule lets somebody act as: also one of another provider, for a stack of the same name in another AWS account
 * has the same account.
 */
async function accountsLeft(
  deps: KeysCommandDeps,
  projectId: string,
  listed: readonly ServiceAccount[],
  others: readonly FederationRule[],
): Promise<readonly ServiceAccount[]> {
  const ours = listed.filter(({ id, name }) => {
    return name === nameAtOpenAI(deps.stackName) && !others.some(({ serviceAccountId }) => serviceAccountId === id);
  });
  if (ours.length === 0) return ours;
  const keys = await everyPage(deps, (after) =>
    calling(deps, 'project-keys.list', ({ listProjectKeys }) => listProjectKeys(projectId, after)),
  );
  return ours.filter(({ id }) => !keys.some(({ owner }) => owner.id === id));
}
