import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { runBatch } from '../../../lambdas/shared/runtime/sqs-batch.ts';
import { createObserver } from '../../../lambdas/use-cases/observe/observer.ts';
import type { Message } from '../cloud/queue.ts';
import type { Process } from '../engine/process.ts';
import { JOB_CALL_MS } from '../openai/api.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';
import { sourceJobs } from './reconcile.ts';
import { wakerOf } from './share.ts';

const TIME_MS = 60_000;
/** As the stack allows. */
const AT_ONCE = 2;

/** Looks whether there are messages to be received at a time; SQS calls the function with them. */
export function receiveAt(world: World, at: number): void {
  world.scheduler.at(at, () => receive(world));
}

function receive(world: World): void {
  const atWork = [...world.running].filter(({ name }) => name.startsWith('observe'));
  if (atWork.length >= AT_ONCE) return;
  const messages = world.queue.receive(() => world.strikes(world.scenario.storm.duplicate));
  if (messages.length === 0) return;
  const endsAt = world.scheduler.now + TIME_MS;
  const remainingMs = () => endsAt - world.scheduler.now;
  const work = async (process: Process) => {
    const { batchItemFailures } = await runBatch(eventOf(messages), observerOf(world, process), remainingMs);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId } of messages) if (!failed.has(messageId)) world.queue.remove(messageId);
  };
  world.start('observe', TIME_MS, work, () => receiveAt(world, world.scheduler.now));
}

/** The function's own tick. */
export function startLooks(world: World): void {
  world.start('look', TIME_MS, (process) => observerOf(world, process).lookAgain(TIME_MS));
}

function observerOf(world: World, process: Process) {
  const { sabotage, policy, queue } = world;
  const { observeLedger = (port) => port, handle = (port) => port } = sabotage;
  const deps = {
    policy,
    ledger: observeLedger(ledgerFor(world, process)),
    jobsOf: (source: string) => sourceJobs(world, process, source),
    waker: process.port('share', wakerOf(world)),
    now: process.now,
    log: logOf(world, process),
  };
  const { postpone } = process.port('queue', {
    postpone: async (messageId: string, seconds: number) => queue.postpone(messageId, seconds * 1_000),
  });
  const observer = createObserver(deps, JOB_CALL_MS);
  return { ...observer, handle: handle(observer.handle), postpone };
}

function eventOf(messages: readonly Message[]): SQSEvent {
  return {
    Records: messages.map(
      ({ messageId, body, receives }): SQSRecord => ({
        messageId,
        receiptHandle: messageId,
        body,
        attributes: {
          ApproximateReceiveCount: String(receives),
          SentTimestamp: '0',
          SenderId: 'simulation',
          ApproximateFirstReceiveTimestamp: '0',
        },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: '',
        awsRegion: '',
      }),
    ),
  };
}
