import type { Status } from '../../../shared/contract/operator.ts';
import { bad, type Found, good, notice } from './check.ts';

const ASK_AGAIN = 'Ask again in a moment; if it stays so, look for the rights of the operator function on it.';

export function judgeQueue({ queue }: Pick<Status, 'queue'>): Found {
  if (queue === null) return notice('The queue of jobs could not be asked how much is in it.', ASK_AGAIN);
  const { waiting, inFlight } = queue;
  if (waiting === 0) return good(`No job waits to be observed (being looked at: ${inFlight}).`);
  return notice(
    `Jobs that wait to be observed: ${waiting} (being looked at: ${inFlight}).`,
    'Ask again: if the number does not fall, see docs/runbook.md#queue-age.',
  );
}

export function judgeDeadLetters({ deadLetters }: Pick<Status, 'deadLetters'>): Found {
  if (deadLetters === null) return notice('The dead letters could not be counted.', ASK_AGAIN);
  const count = deadLetters.waiting + deadLetters.inFlight;
  if (count === 0) return good('There are no dead letters.');
  return bad(
    `${count === 1 ? 'A job' : `${count} jobs`} could not be observed, again and again: dead letters.`,
    'Find out why (docs/runbook.md#dead-letters), then move them back with "ckpt redrive".',
  );
}
