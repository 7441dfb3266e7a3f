import { ADMIN_KEY_SETTINGS, wireAdminKey } from '../rotate/wire.ts';
import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';

/** Rotates the admin key, in the four steps of Secrets Manager. What goes wrong is thrown: it is asked for again. */
export const handler = serve('rotate-admin-key', (log) => {
  const rotate = wireAdminKey(readEnv(ADMIN_KEY_SETTINGS), loadPolicy(), log);
  return (event: unknown, context) => rotate(event, context.awsRequestId);
});
