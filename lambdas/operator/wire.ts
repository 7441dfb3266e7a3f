import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import manifest from '../../package.json' with { type: 'json' };
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../adapters/ledger/dynamo-pacer-store.ts';
import { createDeadLetters } from '../adapters/queue/dead-letters.ts';
import { createObserveQueue } from '../adapters/queue/observe-queue.ts';
import { createQueueDepth } from '../adapters/queue/queue-depth.ts';
import { createReconcileStarter } from '../adapters/queue/reconcile-starter.ts';
import { createShareWaker } from '../adapters/queue/share-waker.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Author } from '../core/events/event.ts';
import { DEFAULT_PACER_RULES } from '../core/pacing/window.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { createOperator } from '../use-cases/operate/operate.ts';
import { createPacer } from '../use-cases/pacer.ts';
import type { OperatorSettings } from './env.ts';
import { openAIFor } from './openai.ts';

/** Somebody waits for the answer: a queue that does not answer is left out of it. */
const QUEUE_LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/** A key that a person has just put in counts at once; within one command it is read once. */
const SECRET_TTL_MS = 1_000;

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire({ names, projectKeys, webhookSecrets }: OperatorSettings, policy: Policy, log: Log) {
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const sqs = new SQSClient(QUEUE_LIMITS);
  const lambda = new LambdaClient(AWS_LIMITS);
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { ttlMs: SECRET_TTL_MS, now: Date.now });
  const ledgerAs = (author: Author) => createDynamoLedger(dynamo, names.ledgerTable, { ...author, now: Date.now });
  const pacerStore = createDynamoPacerStore(dynamo, names.pacerTable);
  const pacerRules = { ...DEFAULT_PACER_RULES, limit: policy.openai.adminRequestsPerMinute };
  const secretIds = { adminKey: names.adminKeySecret, projectKeys, webhookSecrets };
  return createOperator({
    policy,
    ledger: ledgerAs({ actor: 'operator', plan: null }),
    ledgerAs,
    pacerStore,
    pacerRules,
    pacer: createPacer(pacerStore, pacerRules, Date.now),
    queues: {
      observe: createQueueDepth(sqs, names.observeQueueUrl),
      deadLetters: createQueueDepth(sqs, names.observeDeadLetterQueueUrl),
    },
    waker: createShareWaker(lambda, names.shareFunction),
    reconciler: createReconcileStarter(lambda, names.reconcileFunction),
    redrive: {
      deadLetters: createDeadLetters(sqs, names.observeDeadLetterQueueUrl),
      queue: createObserveQueue(sqs, names.observeQueueUrl),
    },
    ...openAIFor(policy.openai.baseUrl, secrets, secretIds),
    secrets,
    secretDates: secrets,
    secretIds,
    webhookUrl: names.webhookUrl,
    version: manifest.version,
    now: Date.now,
    sleep: async (ms) => {
      await sleep(ms);
    },
    log,
  });
}
