import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';
import { SETTINGS, wire } from './wire.ts';

/** The minute's tick: whatever it says, the work is what the ledger's outbox has. Fails where the bus does not take it. */
export const handler = serve('publish', (log) => {
  const publish = wire(readEnv(SETTINGS), loadPolicy(), log);
  return (_event: unknown, context) => publish(context.getRemainingTimeInMillis());
});
