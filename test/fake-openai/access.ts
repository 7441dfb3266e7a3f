import { ApiError, BareError } from './api-error.ts';
import type { Call } from './calls.ts';
import type { Quirks } from './quirks.ts';
import type { Route } from './routes/route.ts';
import type { ApiKey } from './state/keys.ts';

export function keyKind(key: ApiKey | undefined, authorization: string | undefined): Call['keyKind'] {
  return key?.kind ?? (authorization === undefined ? 'none' : 'unknown');
}

/** The key, if it may call this endpoint; a 401 otherwise. The key itself is never part of the message. */
export function checkKey(
  key: ApiKey | undefined,
  authorization: string | undefined,
  route: Route,
  { missingScope }: Quirks,
): ApiKey {
  if (authorization === undefined) {
    throw new ApiError(401, "You didn't provide an API key. Send it in an Authorization header, as a Bearer token.");
  }
  if (!key) throw new ApiError(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
  if (key.kind !== route.key) {
    const needed = route.key === 'admin' ? 'an admin' : 'a project';
    throw new ApiError(401, `This endpoint requires ${needed} API key.`, { code: 'invalid_api_key' });
  }
  if (key.scopes && !key.scopes.includes(route.scope)) {
    const message = `You have insufficient permissions for this operation. Missing scopes: ${route.scope}.`;
    if (missingScope === 'forbidden-bare') throw new BareError(403, message);
    throw new ApiError(missingScope === 'forbidden' ? 403 : 401, message);
  }
  return key;
}
