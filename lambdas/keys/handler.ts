import { SWEEP_KEYS } from '../shared/contract/names.ts';
import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';
import { SETTINGS, wire } from './wire.ts';

/** What the ckpt CLI invokes, and waits for; the schedule's event, which asks for no command, has what is due deleted, and the keys watched. */
export const handler = serve('keys', (log) => {
  const { answer, tick } = wire(readEnv(SETTINGS), loadPolicy(), log);
  return async (event: unknown, context) => (isTick(event) ? tick() : answer(event, context.awsRequestId));
});

function isTick(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'sweep' in event && event.sweep === SWEEP_KEYS.sweep;
}
