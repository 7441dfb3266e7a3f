import { keyMadeElsewhere } from '../../core/keys/key-record.ts';
import type { KeyFacts } from '../../core/keys/ports.ts';
import { BadRequestError } from '../operate/problem.ts';
import { calling, type KeysCommand, type KeysCommandDeps, tell } from './deps.ts';
import { hasMadeNothing, note } from './make-key.ts';
import { describeOne, findProjectId } from './project-keys.ts';

/** `update-project-key`: the value stays; what it may do is remembered, since OpenAI does not say. */
export const updateProjectKey: KeysCommand<'update-project-key'> = async (deps, request) => {
  const { id, scopes, expiresInSeconds } = request;
  if (scopes === null && expiresInSeconds === null) {
    throw new BadRequestError('Nothing was named that is to change.', 'Name scopes, or when the key is to end.');
  }
  const projectId = await findProjectId(deps, request.project);
  const change = () =>
    calling(deps, 'project-keys.update', (api) => api.updateProjectKey(projectId, id, { scopes, expiresInSeconds }));
  const changed = scopes === null ? await change() : await remembering(deps, projectId, id, scopes, change);
  await tell(
    deps,
    'key-changed',
    `project key ${id} of ${projectId}${scopes === null ? '' : `: ${scopes.join(', ')}`}`,
  );
  return describeOne(deps, projectId, changed);
};

/**
 * Also of a key that was not made here: from now on it is known what it may do. That is noted before OpenAI is asked, so that
 * no rotation makes of a key that was narrowed a wider one, should the answer be lost.
 */
async function remembering(
  deps: KeysCommandDeps,
  projectId: string,
  keyId: string,
  scopes: readonly string[],
  change: () => Promise<KeyFacts>,
): Promise<KeyFacts> {
  const { keyLedger, now, requestId, author } = deps;
  const known = (await keyLedger.listKeys()).find((record) => record.keyId === keyId);
  const other = { id: `${now()}-${requestId}`, keyId, name: keyId, notedAt: now(), expiresAt: null, by: author.actor };
  const noted = await note(deps, {
    ...(known ?? keyMadeElsewhere({ ...other, kind: 'project', projectId })),
    scopes,
  });
  const changed = await change().catch(async (error: unknown) => {
    if (!hasMadeNothing(error)) throw error;
    if (known === undefined) await keyLedger.deleteKey(noted.id);
    else await note(deps, { ...noted, scopes: known.scopes });
    throw error;
  });
  const { name, owner, expiresAt } = changed;
  const serviceAccountId = owner.type === 'service_account' ? owner.id : null;
  await note(deps, { ...noted, ...(known === undefined && { name: name ?? keyId, serviceAccountId }), expiresAt });
  return changed;
}
