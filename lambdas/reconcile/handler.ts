import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';
import { SETTINGS, wire } from './wire.ts';

/**
 * The scheduled sweep, or one that a person asked for (a `ReconcileOrder`). Fails when a source could not be swept, after
 * every other one was.
 */
export const handler = serve('reconcile', (log) => {
  const run = wire(readEnv(SETTINGS), loadPolicy(), log);
  return (event: unknown, context) => run(event, context.getRemainingTimeInMillis());
});
