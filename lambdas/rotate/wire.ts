import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoKeyLedger } from '../adapters/ledger/dynamo-key-ledger.ts';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../adapters/ledger/dynamo-pacer-store.ts';
import { tellingAdminCalls } from '../adapters/openai/admin-call.ts';
import { createDispatcher } from '../adapters/openai/exchange.ts';
import { createHttp, type HttpOptions } from '../adapters/openai/http.ts';
import { createKeysApi } from '../adapters/openai/keys.ts';
import { createAdminProbes, createProjectProbes } from '../adapters/openai/probes.ts';
import { createSourceApis, createWebhookEndpointApi } from '../adapters/openai/source-apis.ts';
import { createWebhookEndpointManagementApi } from '../adapters/openai/webhook-endpoint-management.ts';
import { createSecretStore } from '../adapters/secrets/secret-store.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { readKey } from '../core/secrets/api-key.ts';
import { wireIdentity } from '../identity/wire.ts';
import { ENV } from '../shared/contract/names.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { type Settings, secretIds, text } from '../shared/runtime/env.ts';
import { createPacer, pacerRules } from '../use-cases/pacer.ts';
import { createRotate } from '../use-cases/rotate/rotate.ts';
import { adminKeyRotation } from '../use-cases/rotate/rotate-admin-key.ts';
import { patient, type RotateKeyDeps } from '../use-cases/rotate/rotate-key.ts';
import { projectKeyRotation } from '../use-cases/rotate/rotate-project-key.ts';
import { webhookSecretRotation } from '../use-cases/rotate/rotate-webhook-secret.ts';

/** What the stack tells the function that rotates the admin key. */
export const ADMIN_KEY_SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  pacerTable: text(ENV.pacerTable),
  adminKeySecret: text(ENV.adminKeySecret),
  stackName: text(ENV.stackName),
};

/** And the one for project keys. */
export const PROJECT_KEY_SETTINGS = { ...ADMIN_KEY_SETTINGS, projectKeys: secretIds(ENV.projectKeySecrets) };

/** And the one for webhook secrets. */
export const WEBHOOK_SECRET_SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  webhookUrl: text(ENV.webhookUrl),
  projectKeys: secretIds(ENV.projectKeySecrets),
  webhookSecrets: secretIds(ENV.webhookSecrets),
};

/** Carries out one step, which the request's id is told of. */
export type Rotate = (event: unknown, requestId: string) => Promise<void>;

/** Within one step a secret is read once. */
const SECRET_TTL_MS = 1_000;

/** `RotateAdminKeyFunctionName`. */
export function wireAdminKey(settings: Settings<typeof ADMIN_KEY_SETTINGS>, policy: Policy, log: Log): Rotate {
  const { depsFor, http, key } = wireKeys('rotate-admin-key', settings, policy, log);
  return (event, requestId) => {
    const deps = depsFor(requestId, new Map());
    const probesWith = (value: string) => createAdminProbes(http(async () => value));
    return createRotate(deps, adminKeyRotation({ ...deps, probes: createAdminProbes(http(key)), probesWith }))(event);
  };
}

/** `RotateProjectKeyFunctionName`. */
export function wireProjectKey(settings: Settings<typeof PROJECT_KEY_SETTINGS>, policy: Policy, log: Log): Rotate {
  const { depsFor, http } = wireKeys('rotate-project-key', settings, policy, log);
  const probesWith = (value: string) => createProjectProbes(http(async () => value));
  return (event, requestId) => {
    const deps = depsFor(requestId, settings.projectKeys);
    return createRotate(deps, projectKeyRotation({ ...deps, probesWith }))(event);
  };
}

/** `RotateWebhookSecretFunctionName`. */
export function wireWebhookSecret(
  settings: Settings<typeof WEBHOOK_SECRET_SETTINGS>,
  policy: Policy,
  log: Log,
): Rotate {
  const { ledgerTable, webhookUrl, projectKeys, webhookSecrets } = settings;
  const secretsManager = new SecretsManagerClient(AWS_LIMITS);
  const secrets = createSecrets(secretsManager, { ttlMs: SECRET_TTL_MS, now: Date.now });
  const store = createSecretStore(secretsManager);
  const author = { actor: 'rotate-webhook-secret', plan: null };
  const { baseUrl } = policy.openai;
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const { tokens } = wireIdentity(policy, dynamo, ledgerTable);
  const shared = {
    ledger: createDynamoLedger(dynamo, ledgerTable, { ...author, now: Date.now }),
    author,
    now: Date.now,
    store,
    webhookSecrets,
    webhookUrl,
    endpointsOf: createSourceApis({ baseUrl, keys: projectKeys, secrets, tokens, clock: Date.now }, (http) => ({
      ...createWebhookEndpointApi(http),
      rotateSecret: createWebhookEndpointManagementApi(http).rotateSecret,
    })),
  };
  return (event, requestId) => createRotate({ store, log }, webhookSecretRotation({ ...shared, requestId }))(event);
}

function wireKeys(actor: string, settings: Settings<typeof ADMIN_KEY_SETTINGS>, policy: Policy, log: Log) {
  const { ledgerTable, pacerTable, adminKeySecret, stackName } = settings;
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const secretsManager = new SecretsManagerClient(AWS_LIMITS);
  const secrets = createSecrets(secretsManager, { ttlMs: SECRET_TTL_MS, now: Date.now });
  const { baseUrl } = policy.openai;
  const dispatcher = createDispatcher();
  const http = (key: HttpOptions['key']) =>
    createHttp({ baseUrl, key, dispatcher, clock: Date.now, onEnd: tellingAdminCalls(log) });
  const key: HttpOptions['key'] = (options) => readKey(secrets, adminKeySecret, options);
  const sleep = async (ms: number) => {
    await wait(ms);
  };
  const author = { actor, plan: null };
  const ledgerAs: RotateKeyDeps['ledgerAs'] = (by) => createDynamoLedger(dynamo, ledgerTable, { ...by, now: Date.now });
  const shared = {
    policy,
    ledgerAs,
    ledger: ledgerAs(author),
    author,
    keyLedger: createDynamoKeyLedger(dynamo, ledgerTable),
    pacer: patient(createPacer(createDynamoPacerStore(dynamo, pacerTable), pacerRules(policy), Date.now), sleep),
    api: createKeysApi(http(key)),
    secrets,
    store: createSecretStore(secretsManager),
    stackName,
    now: Date.now,
    sleep,
    log,
  };
  const depsFor = (requestId: string, projectKeys: ReadonlyMap<string, string>): RotateKeyDeps => ({
    ...shared,
    requestId,
    secretIds: { adminKey: adminKeySecret, projectKeys, webhookSecrets: new Map() },
  });
  return { depsFor, http, key };
}
