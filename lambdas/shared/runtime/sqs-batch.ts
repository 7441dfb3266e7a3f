import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Outcome, retry } from '../../core/model/outcome.ts';
import type { Log } from '../../core/ports/runtime.ts';

export interface BatchDeps<Message extends object> {
  /** Undefined for a body that is no such message. */
  readonly parse: (body: string) => Message | undefined;
  /** `attempt` counts from 1. The message's fields are in every log line about it. */
  readonly handle: (message: Message, attempt: number) => Promise<Outcome>;
  /** No message is begun with less time left: a function that is cut off has all its messages come back. */
  readonly handleMs: number;
  /** Makes a message come back after so many seconds rather than after the queue's visibility time. */
  readonly postpone: (receiptHandle: string, seconds: number) => Promise<void>;
  readonly log: Log;
}

/** SQS hides a message for at most 12 hours, counted from when it was received. */
const MAX_VISIBILITY_SECONDS = 11 * 3_600;
const OUT_OF_TIME: Outcome = retry(5, 'no time left to begin it');

/**
 * Runs a batch and names the records that are to come back. All are begun side by side: one after the other, a slow one
 * would use up the time, and with it the receives, of those behind it, which could end as dead letters without ever having
 * been tried. A record that can never succeed is left to come back too: after its last receive the queue moves it to the
 * dead-letter queue, where its alarm rings. `remainingMs`: the time that the function has left.
 */
export async function runBatch<Message extends object>(
  event: SQSEvent,
  deps: BatchDeps<Message>,
  remainingMs: () => number,
): Promise<SQSBatchResponse> {
  // Asked before the first is begun, so that none takes time from another.
  const records = event.Records.map((record) => ({ record, hasTime: remainingMs() >= deps.handleMs }));
  const outcomes = await Promise.all(
    records.map(async ({ record, hasTime }) => ({ record, isDone: await isDone(record, deps, hasTime) })),
  );
  const failed = outcomes.filter(({ isDone }) => !isDone);
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

async function isDone<Message extends object>(
  record: SQSRecord,
  deps: BatchDeps<Message>,
  hasTime: boolean,
): Promise<boolean> {
  const { log } = deps;
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  let context: object = { messageId: record.messageId, attempt };
  try {
    const message = deps.parse(record.body);
    if (message === undefined) {
      log.error('Message is not of the form that this function takes', { ...context });
      return false;
    }
    context = { ...message, ...context };
    const outcome = hasTime ? await deps.handle(message, attempt) : OUT_OF_TIME;
    if (outcome.kind === 'done') return true;
    log.warn('Message not done', { ...context, ...outcome });
    const seconds = Math.min(MAX_VISIBILITY_SECONDS, outcome.afterSeconds * 2 ** (attempt - 1));
    await deps.postpone(record.receiptHandle, seconds);
    return false;
  } catch (error) {
    log.error('Message failed', { ...context, error });
    return false;
  }
}
