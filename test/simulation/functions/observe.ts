import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import { parseObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import { type BatchDeps, runBatch } from '../../../lambdas/shared/runtime/sqs-batch.ts';
import { lookAgain } from '../../../lambdas/use-cases/observe/look-again.ts';
import { type ObserveAndWakeDeps, observeAndWake } from '../../../lambdas/use-cases/observe/observe-and-wake.ts';
import type { Message } from '../cloud/queue.ts';
import type { Process } from '../engine/process.ts';
import { JOB_CALL_MS } from '../openai/api.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';
import { sourceJobs } from './reconcile.ts';
import { wakerOf } from './share.ts';

const TIME_MS = 60_000;
/** As `lambdas/observe` is wired. */
const HANDLE_MS = 2 * JOB_CALL_MS + 10_000;
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
    const { batchItemFailures } = await runBatch(eventOf(messages), batchDeps(world, process), remainingMs);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId } of messages) if (!failed.has(messageId)) world.queue.remove(messageId);
  };
  world.start('observe', TIME_MS, work, () => receiveAt(world, world.scheduler.now));
}

/** The function's own tick. */
export function startLooks(world: World): void {
  world.start('look', TIME_MS, (process) => {
    return lookAgain(observeDeps(world, process), process.now() + TIME_MS - HANDLE_MS);
  });
}

function observeDeps(world: World, process: Process): ObserveAndWakeDeps {
  const { sabotage, policy } = world;
  const { observeLedger = (port) => port } = sabotage;
  return {
    policy,
    ledger: observeLedger(ledgerFor(world, process)),
    jobsOf: (source: string) => sourceJobs(world, process, source),
    waker: process.port('share', wakerOf(world)),
    now: process.now,
    log: logOf(world, process),
  };
}

function batchDeps(world: World, process: Process): BatchDeps<ObserveRequest> {
  const { sabotage, queue } = world;
  const { handle = (port) => port } = sabotage;
  const deps = observeDeps(world, process);
  const { postpone } = process.port('queue', {
    postpone: async (messageId: string, seconds: number) => queue.postpone(messageId, seconds * 1_000),
  });
  return {
    parse: parseObserveRequest,
    handle: handle((request, attempt) => observeAndWake(deps, request, attempt)),
    handleMs: HANDLE_MS,
    postpone,
    log: deps.log,
  };
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
