import { WEBHOOK_SECRET_SETTINGS, wireWebhookSecret } from '../rotate/wire.ts';
import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';

/** Likewise, the webhook secret of a source. What goes wrong is thrown: it is asked for again. */
export const handler = serve('rotate-webhook-secret', (log) => {
  const rotate = wireWebhookSecret(readEnv(WEBHOOK_SECRET_SETTINGS), loadPolicy(), log);
  return (event: unknown, context) => rotate(event, context.awsRequestId);
});
