import { createDispatcher as createHttpDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createFederationRuleApi, createIdentityProviderApi } from '../../../lambdas/adapters/openai/identity.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { createWebhookEndpointManagementApi } from '../../../lambdas/adapters/openai/webhook-endpoint-management.ts';
import type { KeysApi } from '../../../lambdas/core/keys/ports.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { readKey } from '../../../lambdas/core/secrets/api-key.ts';
import type { Asked, KeysCommandName, ResultOf } from '../../../lambdas/shared/contract/operator.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import { createKeys } from '../../../lambdas/use-cases/keys/keys.ts';
import { sweepKeys } from '../../../lambdas/use-cases/keys/sweep-keys.ts';
import { tickKeys } from '../../../lambdas/use-cases/keys/watch-keys.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { type FakeOpenAIOptions, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { createInMemoryIdentities } from '../../in-memory/identities.ts';
import { createInMemoryKeyLedger } from '../../in-memory/key-ledger.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { createInMemorySecretStore } from '../../in-memory/secret-store.ts';
import { createInMemorySecrets, type StoredSecret } from '../../in-memory/secrets.ts';
import { rolesOf, webIdentityOf } from '../../shared/web-identity.ts';

export const NOW = Date.parse('2026-11-20T12:00:00.000Z');
export const STACK = 'CheckpointSharing';
export const STACK_ARN = `arn:aws:cloudformation:eu-central-1:111122223333:stack/${STACK}`;
export const ADMIN = 'arn:admin';
export const PROJECT_KEY = 'arn:research-key';
export const WEBHOOK_SECRET = 'research-webhook';
export const WEBHOOK_URL = 'https://api.example.com/webhooks';

/** A fake OpenAI, and the keys function on ports in memory; its clock goes on only when it is told. */
export async function startKeysScene(options: FakeOpenAIOptions = {}) {
  let now = NOW;
  let requests = 0;
  const fake = await startFakeOpenAI({ ...options, now: () => now });
  const { apiKey } = fake.addProject({ id: 'proj_RESEARCH' });
  fake.addProject({ id: 'proj_DEFAULT', name: 'Default project' });
  const stored = new Map<string, StoredSecret>([
    [ADMIN, fake.adminKey],
    [PROJECT_KEY, apiKey],
  ]);
  const ledger = createInMemoryLedger();
  /** When a secret's value was put in. */
  const changed = new Map<string, number>();
  const keyLedger = createInMemoryKeyLedger();
  const store = createInMemorySecretStore();
  const logged: { readonly message: string; readonly fields: object }[] = [];
  const note = (message: string, fields: object = {}) => void logged.push({ message, fields });
  const httpWith = (value: string) => {
    const dispatcher = createHttpDispatcher();
    return createHttp({ baseUrl: fake.url, key: async () => value, dispatcher, clock: () => now });
  };
  const http = httpWith(fake.adminKey);
  const apiWith = (value: string) => createKeysApi(httpWith(value));
  const secrets = createInMemorySecrets(stored);
  const sourceHttp = createHttp({
    baseUrl: fake.url,
    key: () => readKey(secrets, PROJECT_KEY),
    dispatcher: createHttpDispatcher(),
    clock: () => now,
  });
  await store.create(WEBHOOK_SECRET, '');
  const deps: KeysDeps = {
    policy: aPolicy(),
    ledgerAs: (author) => ledger.as(author),
    keyLedger,
    pacer: createPacer(createInMemoryPacerStore(), { ...DEFAULT_PACER_RULES, limit: 60 }, () => now),
    api: createKeysApi(http),
    apiWith,
    endpointsOf: (source) => (source === 'research' ? createWebhookEndpointManagementApi(sourceHttp) : undefined),
    webhookUrl: WEBHOOK_URL,
    providers: createIdentityProviderApi(http),
    rules: createFederationRuleApi(http),
    identity: {
      web: webIdentityOf('keys', () => now),
      connected: createInMemoryIdentities(),
      roles: rolesOf('observe', 'reconcile', 'operator', 'keys'),
    },
    sleep: async (ms) => {
      now += ms;
    },
    secrets,
    secretDates: { changedAt: async (secretId) => changed.get(secretId) ?? null },
    store,
    secretIds: {
      adminKey: ADMIN,
      projectKeys: new Map([['research', PROJECT_KEY]]),
      webhookSecrets: new Map([['research', WEBHOOK_SECRET]]),
    },
    stackName: STACK,
    stackArn: STACK_ARN,
    now: () => now,
    log: { info: note, warn: note, error: note },
  };
  return {
    fake,
    projectKey: apiKey,
    stored,
    changed,
    ledger,
    keyLedger,
    store,
    logged,
    deps,
    advance: (ms: number) => {
      now += ms;
    },
    /** Asks, and gives the answer back as it is. */
    request: <Name extends KeysCommandName>(request: Asked<Name>, others: Partial<KeysDeps> = {}) =>
      createKeys({ ...deps, ...others })(JSON.parse(JSON.stringify(request)), `request-${++requests}`),
    /** Asks, and expects an answer that is no error. */
    async ask<Name extends KeysCommandName>(
      request: Asked<Name>,
      others: Partial<KeysDeps> = {},
    ): Promise<ResultOf<Name>> {
      const answer = await this.request(request, others);
      if (!answer.ok) throw new Error(`${answer.error.message} ${answer.error.next}`);
      return answer.result as ResultOf<Name>;
    },
    tick: (others: Partial<KeysDeps> = {}) => tickKeys({ ...deps, ...others }),
    sweep: (others: Partial<KeysDeps> = {}) => sweepKeys({ ...deps, ...others }),
    /** The same OpenAI, but for some calls. */
    apiWith: (parts: Partial<KeysApi>): KeysApi => ({ ...deps.api, ...parts }),
    async [Symbol.asyncDispose]() {
      await fake.close();
      if (fake.unexpected.length > 0) throw new Error(`unprepared: ${JSON.stringify(fake.unexpected)}`);
    },
  };
}

export type KeysScene = Awaited<ReturnType<typeof startKeysScene>>;
