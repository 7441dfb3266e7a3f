import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';
import { SETTINGS, wire } from './wire.ts';

/** What the ckpt CLI invokes, and waits for. */
export const handler = serve('operator', (log) => {
  const operate = wire(readEnv(SETTINGS), loadPolicy(), log);
  return (event: unknown, context) => operate(event, context.awsRequestId);
});
