import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { ObserveRequest } from '../../../lambdas/core/ports.ts';
import { parseRequest } from '../../../lambdas/observe/message.ts';
import { type BatchDeps, runBatch } from '../../../lambdas/shared/runtime/sqs-batch.ts';
import { observeAndWake } from '../../../lambdas/use-cases/observe/observe-and-wake.ts';
import type { Message } from '../cloud/queue.ts';
import type { Process } from '../engine/process.ts';
import type { World } from '../world.ts';
import { logOf } from './log.ts';
import { sourceJobs } from './reconcile.ts';
import { startShare } from './share.ts';

const TIME_MS = 60_000;
/** The stack allows five; two are enough to come into each other's way. */
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
  const work = async (process: Process) => {
    const { batchItemFailures } = await runBatch(eventOf(messages), batchDeps(world, process));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId } of messages) if (!failed.has(messageId)) world.queue.remove(messageId);
  };
  world.start('observe', TIME_MS, work, () => receiveAt(world, world.scheduler.now));
}

function batchDeps(world: World, process: Process): BatchDeps<ObserveRequest> {
  const { sabotage, policy, queue } = world;
  const { ledger = (port) => port, handle = (port) => port } = sabotage;
  const log = logOf(world, process);
  const deps = {
    policy,
    ledger: ledger(process.port('ledger', world.ledger)),
    jobsOf: (source: string) => sourceJobs(world, process, source),
    waker: process.port('share', { wake: async () => wake(world) }),
    now: process.now,
    log,
  };
  const { postpone } = process.port('queue', {
    postpone: async (messageId: string, seconds: number) => queue.postpone(messageId, seconds * 1_000),
  });
  return { parse: parseRequest, handle: handle((request, attempt) => observeAndWake(deps, request, attempt)), postpone, log };
}

function wake(world: World): void {
  const { scheduler, draw, scenario } = world;
  if (!world.strikes(scenario.storm.loss)) scheduler.after(draw.int(20, 500), () => startShare(world));
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
