import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createJobApis, JOB_CALL_DEADLINE_MS } from '../adapters/openai/job-apis.ts';
import { createShareWaker } from '../adapters/queue/share-waker.ts';
import { createPostpone } from '../adapters/queue/visibility.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { ObserveRequest } from '../core/model/observe-request.ts';
import { parseObserveRequest } from '../core/model/observe-request.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import type { BatchDeps } from '../shared/runtime/sqs-batch.ts';
import { lookAgain } from '../use-cases/observe/look-again.ts';
import { observeAndWake } from '../use-cases/observe/observe-and-wake.ts';
import type { ObserveSettings } from './env.ts';

/** The job and one page of its checkpoints, each up to its deadline, and the writes that follow. */
const HANDLE_MS = 2 * JOB_CALL_DEADLINE_MS + 10_000;

export interface ObserveFunction extends BatchDeps<ObserveRequest> {
  readonly lookAgain: (remainingMs: number) => Promise<void>;
}

/** The use-cases with their real ports; clients are made here, once for all invocations. */
export function wire(settings: ObserveSettings, policy: Policy, log: Log): ObserveFunction {
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { now: Date.now });
  const deps = {
    policy,
    ledger: createDynamoLedger(new DynamoDBClient(AWS_LIMITS), settings.ledgerTable, {
      actor: 'observe',
      plan: null,
      now: Date.now,
    }),
    jobsOf: createJobApis({ baseUrl: policy.openai.baseUrl, keys: settings.projectKeys, secrets, clock: Date.now }),
    waker: createShareWaker(new LambdaClient(AWS_LIMITS), settings.shareFunction),
    now: Date.now,
    log,
  };
  return {
    parse: parseObserveRequest,
    handle: (request, attempt) => observeAndWake(deps, request, attempt),
    handleMs: HANDLE_MS,
    postpone: createPostpone(new SQSClient(AWS_LIMITS), settings.queueUrl),
    log,
    lookAgain: (remainingMs) => lookAgain(deps, Date.now() + remainingMs - HANDLE_MS),
  };
}
