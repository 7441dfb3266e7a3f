import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';
import { SETTINGS, wire } from './wire.ts';

/** A wake-up or the minute's tick: whatever it says, the work is what the ledger has due. Fails where that cannot go on. */
export const handler = serve('share', (log) => {
  const share = wire(readEnv(SETTINGS), loadPolicy(), log);
  return (_event: unknown, context) => share(context.awsRequestId, context.getRemainingTimeInMillis());
});
