import type { Clock, DeadLetters, MessageQueue, ObserveRequest } from '../../core/ports.ts';

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

export interface Redriven {
  /** Messages that were moved. */
  readonly moved: number;
  /** The jobs that they ask to look at, each once. */
  readonly jobIds: readonly string[];
  /** Whether time was up before the queue was found empty: there may be more to move. */
  readonly left: boolean;
  /** Messages that are of no use to the queue that they came from: they stay where they are. */
  readonly unreadable: number;
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
