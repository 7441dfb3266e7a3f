import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoKeyLedger } from '../adapters/ledger/dynamo-key-ledger.ts';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../adapters/ledger/dynamo-pacer-store.ts';
import { tellingAdminCalls } from '../adapters/openai/admin-call.ts';
import { createDispatcher } from '../adapters/openai/exchange.ts';
import { createHttp } from '../adapters/openai/http.ts';
import { createFederationRuleApi, createIdentityProviderApi } from '../adapters/openai/identity.ts';
import { createKeysApi } from '../adapters/openai/keys.ts';
import { createSourceApis } from '../adapters/openai/source-apis.ts';
import { createWebhookEndpointManagementApi } from '../adapters/openai/webhook-endpoint-management.ts';
import { createSecretStore } from '../adapters/secrets/secret-store.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import type { ReadSecretOptions } from '../core/ports/secrets.ts';
import { readKey } from '../core/secrets/api-key.ts';
import { wireIdentity } from '../identity/wire.ts';
import { ENV } from '../shared/contract/names.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { roles, type Settings, secretIds, text } from '../shared/runtime/env.ts';
import type { KeysDeps } from '../use-cases/keys/deps.ts';
import { createKeys } from '../use-cases/keys/keys.ts';
import { tickKeys } from '../use-cases/keys/watch-keys.ts';
import { createPacer, pacerRules } from '../use-cases/pacer.ts';

/** What the stack tells this function. */
export const SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  pacerTable: text(ENV.pacerTable),
  adminKeySecret: text(ENV.adminKeySecret),
  projectKeys: secretIds(ENV.projectKeySecrets),
  webhookSecrets: secretIds(ENV.webhookSecrets),
  stackName: text(ENV.stackName),
  stackArn: text(ENV.stackArn),
  webhookUrl: text(ENV.webhookUrl),
  identityRoles: roles(ENV.identityRoles),
};

/** A key that a person has just put in counts at once; within one command it is read once. */
const SECRET_TTL_MS = 1_000;

/** The use-cases with their real ports; clients are made here, once for all invocations. */
export function wire(settings: Settings<typeof SETTINGS>, policy: Policy, log: Log) {
  const { ledgerTable, pacerTable, adminKeySecret, projectKeys, webhookSecrets, stackName, webhookUrl } = settings;
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const secretsManager = new SecretsManagerClient(AWS_LIMITS);
  const secrets = createSecrets(secretsManager, { ttlMs: SECRET_TTL_MS, now: Date.now });
  const { baseUrl } = policy.openai;
  const key = (options?: ReadSecretOptions) => readKey(secrets, adminKeySecret, options);
  const httpWith = (getKey: typeof key) =>
    createHttp({
      baseUrl,
      key: getKey,
      dispatcher: createDispatcher(),
      clock: Date.now,
      onEnd: tellingAdminCalls(log),
    });
  const http = httpWith(key);
  const { tokens, ...identity } = wireIdentity(policy, dynamo, ledgerTable, SECRET_TTL_MS);
  const deps: KeysDeps = {
    policy,
    ledgerAs: (author) => createDynamoLedger(dynamo, ledgerTable, { ...author, now: Date.now }),
    keyLedger: createDynamoKeyLedger(dynamo, ledgerTable),
    pacer: createPacer(createDynamoPacerStore(dynamo, pacerTable), pacerRules(policy), Date.now),
    api: createKeysApi(http),
    apiWith: (value) => createKeysApi(httpWith(async () => value)),
    providers: createIdentityProviderApi(http),
    rules: createFederationRuleApi(http),
    identity: { ...identity, roles: settings.identityRoles },
    endpointsOf: createSourceApis(
      { baseUrl, keys: projectKeys, secrets, tokens, clock: Date.now },
      createWebhookEndpointManagementApi,
    ),
    webhookUrl,
    secretDates: secrets,
    secrets,
    store: createSecretStore(secretsManager),
    secretIds: { adminKey: adminKeySecret, projectKeys, webhookSecrets },
    stackName,
    stackArn: settings.stackArn,
    now: Date.now,
    sleep: async (ms) => {
      await sleep(ms);
    },
    log,
  };
  return { answer: createKeys(deps), tick: () => tickKeys(deps) };
}
