import { ApiError, BareError, UnpreparedError } from './api-error.ts';
import type { Call } from './calls.ts';
import type { Route } from './routes/route.ts';
import type { ApiKey } from './state/keys.ts';
import type { World } from './state/world.ts';

export function keyKind(key: ApiKey | undefined, authorization: string | undefined): Call['keyKind'] {
  return key?.kind ?? (authorization === undefined ? 'none' : 'unknown');
}

/** Who calls, if they may call this endpoint. */
export function checkAccess(
  key: ApiKey | undefined,
  authorization: string | undefined,
  route: Route,
  world: World,
): ApiKey {
  if (route.key === 'none') return nobody(authorization);
  const checked = checkKey(key, authorization, route, world.quirks.missingScope);
  const account = world.serviceAccounts.find(checked.projectId ?? '', checked.owner.id);
  if (account?.role === 'none' && world.quirks.accountWithoutRole === 'forbidden') {
    throw new ApiError(403, `Service account ${account.id} has no role in this project.`);
  }
  return checked;
}

/** A key that is sent where none is asked for has gone astray. */
function nobody(authorization: string | undefined): ApiKey {
  if (authorization !== undefined) throw new UnpreparedError(400, 'No key belongs here.');
  return {
    kind: 'project',
    projectId: null,
    value: '',
    id: '',
    name: '',
    owner: { type: 'user', id: '', name: '' },
    createdAt: 0,
    usableAt: 0,
    scopes: [],
    expiresAt: null,
    lastUsedAt: null,
  };
}

/** The key, if it may call this endpoint; a 401 otherwise. The key itself is never part of the message. */
function checkKey(
  key: ApiKey | undefined,
  authorization: string | undefined,
  route: Route,
  missingScope: World['quirks']['missingScope'],
): ApiKey {
  if (authorization === undefined) {
    throw new ApiError(401, "You didn't provide an API key. Send it in an Authorization header, as a Bearer token.");
  }
  if (!key) throw new ApiError(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
  if (key.kind !== route.key) {
    const needed = route.key === 'admin' ? 'an admin' : 'a project';
    throw new ApiError(401, `This endpoint requires ${needed} API key.`, { code: 'invalid_api_key' });
  }
  if (key.scopes && !covers(key.scopes, route.scope)) {
    const message = `You have insufficient permissions for this operation. Missing scopes: ${route.scope}.`;
    if (missingScope === 'forbidden-bare') throw new BareError(403, message);
    throw new ApiError(missingScope === 'forbidden' ? 403 : 401, message);
  }
  return key;
}

/** Documented: `api.all.read` is read-only access to everything. */
function covers(scopes: readonly string[], scope: string): boolean {
  return scopes.includes(scope) || (scopes.includes('api.all.read') && scope.endsWith('.read'));
}
