import { NotFoundError } from '../../core/errors.ts';
import type { KeyFacts } from '../../core/keys/ports.ts';
import { toIsoOrNull } from '../operate/answer.ts';
import { BadRequestError } from '../operate/problem.ts';
import { quoted } from '../operate/read-request.ts';
import {
  calling,
  everyPage,
  type KeysCommand,
  type KeysCommandDeps,
  type KeysDeps,
  noteRemoval,
  tell,
} from './deps.ts';
import { describeKey, heldKeys, refuseInUse } from './held-keys.ts';
import { type KeyCalls, makeKey } from './make-key.ts';

/** `list-admin-keys`: one page of 100, which is one admin call. */
export const listAdminKeys: KeysCommand<'list-admin-keys'> = async (deps, { cursor }) => {
  const page = await calling(deps, 'admin-keys.list', (api) => api.listAdminKeys(cursor));
  return { keys: await describeAll(deps, page.items), cursor: page.next };
};

/** `show-admin-key`: one admin call. */
export const showAdminKey: KeysCommand<'show-admin-key'> = async (deps, { id }) => {
  const found = await calling(deps, 'admin-keys.get', (api) => api.getAdminKey(id));
  const [described] = await describeAll(deps, [found]);
  if (described === undefined) throw noKey(id);
  return described;
};

/** `create-admin-key`: its value goes into a secret. */
export const createAdminKey: KeysCommand<'create-admin-key'> = async (deps, { name, expiresInSeconds, secret }) => {
  const order = { kind: 'admin', name, projectId: null, serviceAccountId: null, scopes: null, secret } as const;
  const create = () => calling(deps, 'admin-keys.create', (api) => api.createAdminKey({ name, expiresInSeconds }));
  const { keyId, secretId, expiresAt } = await makeKey(deps, order, { ...adminKeyCalls(deps), create });
  return { id: keyId, name, expiresAt: toIsoOrNull(expiresAt ?? endOf(deps, expiresInSeconds)), secret: secretId };
};

/** `delete-admin-key`: not the one that the system works with. */
export const deleteAdminKey: KeysCommand<'delete-admin-key'> = async (deps, { id }) => {
  const found = await findToDelete(deps, null, id, () => calling(deps, 'admin-keys.get', (api) => api.getAdminKey(id)));
  refuseInUse(found, await heldKeys(deps, [deps.secretIds.adminKey]), 'rotation.adminKey');
  const { remove } = adminKeyCalls(deps);
  await noteRemoval(deps, id);
  if ((await remove(id)) === 'absent') throw noKey(id);
  await forgetKey(deps, null, id);
  await tell(deps, 'key-deleted', `admin key ${id}`);
  return { id, deleted: true };
};

/** How OpenAI is asked about admin keys. */
export function adminKeyCalls(deps: Pick<KeysDeps, 'api' | 'pacer' | 'secretIds' | 'sleep'>): Omit<KeyCalls, 'create'> {
  return {
    list: () => everyPage(deps, (after) => calling(deps, 'admin-keys.list', (api) => api.listAdminKeys(after))),
    remove: (keyId) => calling(deps, 'admin-keys.delete', (api) => api.deleteAdminKey(keyId)),
  };
}

/** Nothing is known any more of a key that is gone. */
export async function forgetKey(
  { keyLedger }: Pick<KeysDeps, 'keyLedger'>,
  projectId: string | null,
  id: string,
): Promise<void> {
  for (const record of await keyLedger.listKeys()) {
    if (record.keyId === id && record.projectId === projectId) await keyLedger.deleteKey(record.id);
  }
}

/** A key that is to be deleted. Where it is gone already, by an earlier attempt or somebody else, that is remembered and told. */
export async function findToDelete(
  deps: Pick<KeysDeps, 'keyLedger'>,
  projectId: string | null,
  id: string,
  get: () => Promise<KeyFacts>,
): Promise<KeyFacts> {
  try {
    return await get();
  } catch (error) {
    if (!(error instanceof Error && error.cause instanceof NotFoundError)) throw error;
    await forgetKey(deps, projectId, id);
    throw noKey(id);
  }
}

/** When a key ends that is made now, where OpenAI does not say. */
export function endOf({ now }: Pick<KeysDeps, 'now'>, seconds: number | null): number | null {
  return seconds === null ? null : now() + seconds * 1_000;
}

export function noKey(id: string): BadRequestError {
  return new BadRequestError(`OpenAI has no key ${quoted(id)} there.`, 'See what there is with "list".');
}

async function describeAll(deps: KeysCommandDeps, keys: readonly KeyFacts[]) {
  const [held, records] = await Promise.all([heldKeys(deps, [deps.secretIds.adminKey]), deps.keyLedger.listKeys()]);
  return keys.map((key) => describeKey(key, held, records));
}
