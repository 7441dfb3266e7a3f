import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createJobApis, JOB_CALL_DEADLINE_MS } from '../adapters/openai/source-apis.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { wireIdentity } from '../identity/wire.ts';
import { createWakerOnDemand } from '../share/waker.ts';
import { ENV } from '../shared/contract/names.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { type Settings, secretIds, text } from '../shared/runtime/env.ts';
import { once } from '../shared/runtime/once.ts';
import { createObserver } from '../use-cases/observe/observer.ts';

/** What the stack tells this function. */
export const SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  queueUrl: text(ENV.observeQueueUrl),
  shareFunction: text(ENV.shareFunction),
  projectKeys: secretIds(ENV.projectKeySecrets),
};

/** The use-cases with their real ports; clients are made here, once for all invocations. */
export function wire(settings: Settings<typeof SETTINGS>, policy: Policy, log: Log) {
  const { ledgerTable, projectKeys: keys } = settings;
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { now: Date.now });
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const { tokens } = wireIdentity(policy, dynamo, ledgerTable);
  const deps = {
    policy,
    ledger: createDynamoLedger(dynamo, ledgerTable, { actor: 'observe', plan: null, now: Date.now }),
    jobsOf: createJobApis({ baseUrl: policy.openai.baseUrl, keys, secrets, tokens, clock: Date.now }),
    waker: createWakerOnDemand(settings.shareFunction),
    now: Date.now,
    log,
  };
  // Few messages are put off: the client of SQS is loaded for the first of them.
  const visibility = once(async () => {
    const { createPostpone } = await import('../adapters/queue/observe-queue.ts');
    return createPostpone(settings.queueUrl);
  });
  const postpone = async (receiptHandle: string, seconds: number) => (await visibility())(receiptHandle, seconds);
  return { ...createObserver(deps, JOB_CALL_DEADLINE_MS), postpone };
}
