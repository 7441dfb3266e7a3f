import type { SQSEvent } from 'aws-lambda';
import { readEnv } from '../shared/runtime/env.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { serve } from '../shared/runtime/serve.ts';
import { runBatch } from '../shared/runtime/sqs-batch.ts';
import { SETTINGS, wire } from './wire.ts';

/**
 * Each message names a job to look at again. What could not be done comes back; after five receives it is set aside. A tick
 * brings no messages: it is for the jobs that are due to be read again.
 */
export const handler = serve('observe', (log) => {
  const observe = wire(readEnv(SETTINGS), loadPolicy(), log);
  return async ({ Records }: Partial<SQSEvent>, context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    if (Records !== undefined) return runBatch({ Records }, observe, remainingMs);
    await observe.lookAgain(remainingMs());
    return undefined;
  };
});
