import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../adapters/ledger/dynamo-pacer-store.ts';
import { createQueueDepth } from '../adapters/queue/queue-depth.ts';
import { createReconcileStarter } from '../adapters/queue/reconcile-starter.ts';
import { createShareWaker } from '../adapters/queue/share-waker.ts';
import { DEFAULT_PACER_RULES } from '../core/pacing/window.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { createOperator } from '../use-cases/operate/operate.ts';
import type { OperatorSettings } from './env.ts';

/** Somebody waits for the answer: a queue that does not answer is left out of it. */
const QUEUE_LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire(settings: OperatorSettings, policy: Policy, log: Log) {
  const dynamo = new DynamoDBClient();
  const sqs = new SQSClient(QUEUE_LIMITS);
  const lambda = new LambdaClient(AWS_LIMITS);
  return createOperator({
    policy,
    ledger: createDynamoLedger(dynamo, settings.ledgerTable),
    pacerStore: createDynamoPacerStore(dynamo, settings.pacerTable),
    pacerRules: { ...DEFAULT_PACER_RULES, limit: policy.openai.adminRequestsPerMinute },
    queues: {
      observe: createQueueDepth(sqs, settings.observeQueueUrl),
      deadLetters: createQueueDepth(sqs, settings.observeDeadLetterQueueUrl),
    },
    waker: createShareWaker(lambda, settings.shareFunction),
    reconciler: createReconcileStarter(lambda, settings.reconcileFunction),
    now: Date.now,
    log,
  });
}
