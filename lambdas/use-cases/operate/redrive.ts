import { otherEvent } from '../../core/events/checkpoint-event.ts';
import { parseObserveRequest } from '../../core/model/observe-request.ts';
import type { Command } from './command.ts';

import { redriveDeadLetters } from './redrive-dead-letters.ts';

/** Somebody waits for the answer; what is left is moved when it is asked for again. */
const WITHIN_MS = 40_000;

/** `redrive`: moves the dead letters back into the queue, so that their jobs are looked at again. */
export const redrive: Command<'redrive'> = async (deps) => {
  const { now, ledger, author, requestId, log } = deps;
  const stopAt = now() + WITHIN_MS;
  const redriven = await redriveDeadLetters({ ...deps.redrive, parse: parseObserveRequest, stopAt, now });
  log.info('Dead letters moved back', { ...redriven });
  if (redriven.moved > 0) {
    const note = `${redriven.moved} dead letters, of ${redriven.jobIds.join(', ')}`;
    await ledger.addEvent(otherEvent('redriven', note, author, now(), requestId));
  }
  return redriven;
};
