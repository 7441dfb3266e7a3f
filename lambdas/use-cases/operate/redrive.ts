import { otherEvent } from '../../core/events/checkpoint-event.ts';
import type { ObserveRequest } from '../../core/model/observe-request.ts';
import { parseObserveRequest } from '../../core/model/observe-request.ts';
import type { DeadLetters, MessageQueue } from '../../core/ports/queue.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import type { Redriven } from '../../shared/contract/operator.ts';
import type { Command } from './deps.ts';

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

export interface RedriveDeps {
  readonly deadLetters: DeadLetters;
  /** Where the messages came from. */
  readonly queue: MessageQueue;
  /** Reads a message of that queue; undefined for anything else. */
  readonly parse: (body: string) => ObserveRequest | undefined;
  /** No message is begun after this time; milliseconds since the epoch. */
  readonly stopAt: number;
  readonly now: Clock;
}

/** One receive without messages may be SQS's; two in a row are a queue that has none to show. */
const EMPTY_RECEIVES = 2;

/**
 * Moves dead letters back to the observe queue. Each is sent before it is deleted: whatever dies in between leaves it
 * in both, and observing a job twice changes nothing. SQS's own `StartMessageMoveTask` needs a right of its own on the
 * queue's ARN, runs on by itself, one task at a time, and moves what cannot be read as well. Throws what the queues throw.
 */
export async function redriveDeadLetters(deps: RedriveDeps): Promise<Redriven> {
  const { deadLetters, queue, parse, stopAt, now } = deps;
  const jobIds = new Set<string>();
  // They come back while this goes on, and must not keep it going.
  const unreadable = new Set<string>();
  let moved = 0;
  let emptyReceives = 0;
  while (emptyReceives < EMPTY_RECEIVES && now() < stopAt) {
    const messages = (await deadLetters.receive()).filter(({ messageId }) => !unreadable.has(messageId));
    emptyReceives = messages.length === 0 ? emptyReceives + 1 : 0;
    for (const { messageId, body, receiptHandle } of messages) {
      if (now() >= stopAt) break;
      const request = parse(body);
      if (request === undefined) {
        unreadable.add(messageId);
        continue;
      }
      await queue.sendBody(body);
      await deadLetters.delete(receiptHandle);
      moved++;
      jobIds.add(request.jobId);
    }
  }
  return { moved, jobIds: [...jobIds], left: emptyReceives < EMPTY_RECEIVES, unreadable: unreadable.size };
}
