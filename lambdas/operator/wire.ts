import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import manifest from '../../package.json' with { type: 'json' };
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../adapters/ledger/dynamo-pacer-store.ts';
import { tellingAdminCalls } from '../adapters/openai/admin-call.ts';
import { createReconcileStarter, createShareWaker } from '../adapters/queue/invoke.ts';
import { createDeadLetters, createObserveQueue, createQueueDepth } from '../adapters/queue/observe-queue.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Author } from '../core/events/event.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { wireIdentity } from '../identity/wire.ts';
import { ENV } from '../shared/contract/names.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { roles, type Settings, secretIds, text } from '../shared/runtime/env.ts';
import { createOperator } from '../use-cases/operate/operate.ts';
import { createPacer, pacerRules } from '../use-cases/pacer.ts';
import { openAIFor } from './openai.ts';

/** What the stack tells this function. */
export const SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  pacerTable: text(ENV.pacerTable),
  adminKeySecret: text(ENV.adminKeySecret),
  secretArnPrefix: text(ENV.secretArnPrefix),
  projectKeys: secretIds(ENV.projectKeySecrets),
  webhookSecrets: secretIds(ENV.webhookSecrets),
  observeQueueUrl: text(ENV.observeQueueUrl),
  observeDeadLetterQueueUrl: text(ENV.observeDeadLetterQueueUrl),
  shareFunction: text(ENV.shareFunction),
  reconcileFunction: text(ENV.reconcileFunction),
  webhookUrl: text(ENV.webhookUrl),
  identityRoles: roles(ENV.identityRoles),
};

/** Somebody waits for the answer: a queue that does not answer is left out of it. */
const QUEUE_LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/** A key that a person has just put in counts at once; within one command it is read once. */
const SECRET_TTL_MS = 1_000;

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire(settings: Settings<typeof SETTINGS>, policy: Policy, log: Log) {
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const sqs = new SQSClient(QUEUE_LIMITS);
  const lambda = new LambdaClient(AWS_LIMITS);
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { ttlMs: SECRET_TTL_MS, now: Date.now });
  const ledgerAs = (author: Author) => createDynamoLedger(dynamo, settings.ledgerTable, { ...author, now: Date.now });
  const pacerStore = createDynamoPacerStore(dynamo, settings.pacerTable);
  const rules = pacerRules(policy);
  const { tokens, ...identity } = wireIdentity(policy, dynamo, settings.ledgerTable, SECRET_TTL_MS);
  const { adminKeySecret: adminKey, projectKeys, webhookSecrets } = settings;
  return createOperator({
    policy,
    ledger: ledgerAs({ actor: 'operator', plan: null }),
    ledgerAs,
    pacerStore,
    pacerRules: rules,
    pacer: createPacer(pacerStore, rules, Date.now),
    queues: {
      observe: createQueueDepth(sqs, settings.observeQueueUrl),
      deadLetters: createQueueDepth(sqs, settings.observeDeadLetterQueueUrl),
    },
    waker: createShareWaker(settings.shareFunction, lambda),
    reconciler: createReconcileStarter(settings.reconcileFunction, lambda),
    redrive: {
      deadLetters: createDeadLetters(sqs, settings.observeDeadLetterQueueUrl),
      queue: createObserveQueue(settings.observeQueueUrl, sqs),
    },
    ...openAIFor(policy.openai.baseUrl, secrets, { adminKey, projectKeys }, tokens, tellingAdminCalls(log)),
    identity: { ...identity, roles: settings.identityRoles },
    secrets,
    secretDates: secrets,
    secretIds: { adminKey, projectKeys, webhookSecrets },
    webhookUrl: settings.webhookUrl,
    version: manifest.version,
    now: Date.now,
    sleep: async (ms) => {
      await sleep(ms);
    },
    log,
  });
}
