import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createJobApis, JOB_CALL_DEADLINE_MS } from '../adapters/openai/source-apis.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { ObserveQueue } from '../core/ports/queue.ts';
import type { Log } from '../core/ports/runtime.ts';
import { wireIdentity } from '../identity/wire.ts';
import { createWakerOnDemand } from '../share/waker.ts';
import { ENV } from '../shared/contract/names.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { type Settings, secretIds, text } from '../shared/runtime/env.ts';
import { once } from '../shared/runtime/once.ts';
import { takeOrder } from '../use-cases/reconcile/take-order.ts';
import { tellingChanges } from '../use-cases/tell-changes.ts';

/** What the stack tells this function. */
export const SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  queueUrl: text(ENV.observeQueueUrl),
  shareFunction: text(ENV.shareFunction),
  projectKeys: secretIds(ENV.projectKeySecrets),
};

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire(settings: Settings<typeof SETTINGS>, policy: Policy, log: Log) {
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { now: Date.now });
  const { ledgerTable, projectKeys: keys } = settings;
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const { tokens } = wireIdentity(policy, dynamo, ledgerTable);
  const apiOf = createJobApis({ baseUrl: policy.openai.baseUrl, keys, secrets, tokens, clock: Date.now });
  const ledgerOf = (plan: string | null) =>
    tellingChanges(createDynamoLedger(dynamo, ledgerTable, { actor: 'reconcile', plan, now: Date.now }), log);
  // Most sweeps find no job that no webhook told of: the client of SQS is loaded for the first.
  const sqs = once(async () => {
    const { createObserveQueue } = await import('../adapters/queue/observe-queue.ts');
    return createObserveQueue(settings.queueUrl);
  });
  const queue: ObserveQueue = { send: async (request) => (await sqs()).send(request) };
  const deps = {
    policy,
    ledger: ledgerOf(null),
    ledgerOf,
    waker: createWakerOnDemand(settings.shareFunction),
    queue,
    jobsOf: apiOf,
    modelsOf: apiOf,
    callMs: JOB_CALL_DEADLINE_MS,
    now: Date.now,
    log,
  };
  return (event: unknown, remainingMs: number) => takeOrder(deps, event, remainingMs);
}
