import { PROJECT_KEY_SETTINGS, wireProjectKey } from '../rotate/wire.ts';
import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';

/** Likewise, the project key of a source. What goes wrong is thrown: it is asked for again. */
export const handler = serve('rotate-project-key', (log) => {
  const rotate = wireProjectKey(readEnv(PROJECT_KEY_SETTINGS), loadPolicy(), log);
  return (event: unknown, context) => rotate(event, context.awsRequestId);
});
