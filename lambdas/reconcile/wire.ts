import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createJobApis, JOB_CALL_DEADLINE_MS } from '../adapters/openai/job-apis.ts';
import { createObserveQueue } from '../adapters/queue/observe-queue.ts';
import { createShareWaker } from '../adapters/queue/share-waker.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { reconcile } from '../use-cases/reconcile/reconcile.ts';
import type { ReconcileSettings } from './env.ts';

/** Kept free at the end of the function's time: one page that runs into its deadline, and handing on its 100 jobs. */
const RESERVED_MS = JOB_CALL_DEADLINE_MS + 30_000;

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire(settings: ReconcileSettings, policy: Policy, log: Log) {
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { now: Date.now });
  const apiOf = createJobApis({ baseUrl: policy.openai.baseUrl, keys: settings.projectKeys, secrets, clock: Date.now });
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const ledgerOf = (plan: string | null) =>
    createDynamoLedger(dynamo, settings.ledgerTable, { actor: 'reconcile', plan, now: Date.now });
  const deps = {
    policy,
    ledger: ledgerOf(null),
    ledgerOf,
    waker: createShareWaker(new LambdaClient(AWS_LIMITS), settings.shareFunction),
    queue: createObserveQueue(new SQSClient(AWS_LIMITS), settings.queueUrl),
    jobsOf: apiOf,
    modelsOf: apiOf,
    now: Date.now,
    log,
  };
  return (verifyAll: boolean, remainingMs: number, askedAt?: number): Promise<void> =>
    reconcile(deps, verifyAll, Date.now() + remainingMs - RESERVED_MS, askedAt);
}
