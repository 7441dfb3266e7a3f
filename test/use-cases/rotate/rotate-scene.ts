import { createDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { createAdminProbes, createProjectProbes } from '../../../lambdas/adapters/openai/probes.ts';
import { createWebhookEndpointApi } from '../../../lambdas/adapters/openai/source-apis.ts';
import { createWebhookEndpointManagementApi } from '../../../lambdas/adapters/openai/webhook-endpoint-management.ts';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import type { RotationSettings } from '../../../lambdas/core/policy/policy.ts';
import { sweepKeys } from '../../../lambdas/use-cases/keys/sweep-keys.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { createRotate } from '../../../lambdas/use-cases/rotate/rotate.ts';
import { adminKeyRotation } from '../../../lambdas/use-cases/rotate/rotate-admin-key.ts';
import { patient, type RotateKeyDeps } from '../../../lambdas/use-cases/rotate/rotate-key.ts';
import { projectKeyRotation } from '../../../lambdas/use-cases/rotate/rotate-project-key.ts';
import { webhookSecretRotation } from '../../../lambdas/use-cases/rotate/rotate-webhook-secret.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { createInMemoryKeyLedger } from '../../in-memory/key-ledger.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { createInMemorySecretStore } from '../../in-memory/secret-store.ts';
import { Killer } from '../../support/crash.ts';

/** Sees every call that a rotation makes. */
export type Watcher = Pick<Killer, 'watch'>;

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];
export type Kind = 'admin' | 'project' | 'webhook';

export const HOUR_MS = 3_600_000;
export const PROJECT = 'proj_RESEARCH';
/** Names of the secrets. */
export const SECRET = { admin: 'admin', project: 'research-key', webhook: 'research-hook' } as const;
export const SCOPES = ['api.fine_tuning.jobs.read', 'api.webhook_endpoints.write', 'api.webhook_endpoints.read'];
export const WEBHOOK_URL = 'https://hooks.example/webhooks';
const token = (name: string) => `${name}-0000-4000-8000-000000000000`;

/** A fake OpenAI and secrets in memory, with the three rotations and the sweep; time goes on when it is told, or slept. */
export async function startRotateScene(rotation: Partial<RotationSettings> = {}) {
  let now = Date.parse('2026-11-20T12:00:00.000Z');
  let requests = 0;
  /** The sources that verify with the webhook secret. */
  const sources = ['research'];
  const fake = await startFakeOpenAI({ now: () => now });
  fake.addProject({ id: PROJECT });
  const dispatcher = createDispatcher();
  const http = (key: () => Promise<string>) => createHttp({ baseUrl: fake.url, key, dispatcher, clock: () => now });
  const store = createInMemorySecretStore();
  const keyLedger = createInMemoryKeyLedger();
  const ledger = createInMemoryLedger();
  const logged: unknown[] = [];
  const log = { info: logAs('info'), warn: logAs('warn'), error: logAs('error') };
  function logAs(level: string) {
    return (message: string, fields: object = {}) => void logged.push({ level, message, ...fields });
  }
  const current = async (secretId: string) => {
    const value = await store.read(secretId, { stage: 'AWSCURRENT' });
    if (value === null) throw new SecretUnusableError(secretId, 'is empty');
    return value;
  };
  const api = createKeysApi(http(() => current(SECRET.admin)));

  for (const name of Object.values(SECRET)) await store.create(name, '');
  await store.put(SECRET.admin, fake.adminKey, { token: 'first' });
  await projectKeyOfAccount(SCOPES);
  const endpoint = fake.addWebhookEndpoint(PROJECT, { url: `${WEBHOOK_URL}/research` });
  await store.put(SECRET.webhook, endpoint.secrets[0]?.value ?? '', { token: 'first' });

  /** A key on a service account, made here, in the source's secret. */
  async function projectKeyOfAccount(scopes: readonly string[] | null) {
    const account = await api.createServiceAccount(PROJECT, 'ci');
    await api.setRole(PROJECT, account.id, 'member');
    const { id, value } = await api.createProjectKey(PROJECT, account.id, {
      name: 'ci',
      scopes,
      expiresInSeconds: null,
    });
    await store.put(SECRET.project, value, { token: `made with ${id}` });
    await keyLedger.saveKey({
      ...{ id: 'by hand', version: 0, kind: 'project', name: 'ci', projectId: PROJECT, serviceAccountId: account.id },
      ...{ secretId: null, scopes, state: 'made', keyId: id, sameName: [], notedAt: now, expiresAt: null },
      ...{ deleteAt: null, by: 'jane' },
    });
  }

  const policy = aPolicy(undefined, {
    rotation: { ...aPolicy().rotation, graceSeconds: 24 * 3_600, ...rotation },
  });
  const sleep = async (ms: number) => {
    now += ms;
  };

  function depsOf(killer: Watcher): RotateKeyDeps {
    const author = { actor: 'rotation', plan: null };
    const pacer = createPacer(createInMemoryPacerStore(), { ...DEFAULT_PACER_RULES, limit: 600 }, () => now);
    return {
      policy,
      ledgerAs: (by) => ledger.as(by),
      ledger: killer.watch(ledger.as(author)),
      author,
      requestId: `request-${++requests}`,
      keyLedger: killer.watch(keyLedger),
      pacer: killer.watch(patient(pacer, sleep)),
      api: killer.watch(api),
      secrets: { current },
      store: killer.watch(store),
      secretIds: {
        adminKey: SECRET.admin,
        projectKeys: new Map([['research', SECRET.project]]),
        webhookSecrets: new Map(sources.map((source) => [source, SECRET.webhook])),
      },
      stackName: 'CheckpointSharing',
      now: () => now,
      sleep,
      log,
    };
  }

  function rotateOf(kind: Kind, killer: Watcher) {
    const deps = depsOf(killer);
    const source = http(() => current(SECRET.project));
    switch (kind) {
      case 'admin': {
        const probesWith = (value: string) => killer.watch(createAdminProbes(http(async () => value)));
        const probes = killer.watch(createAdminProbes(http(() => current(SECRET.admin))));
        return createRotate(deps, adminKeyRotation({ ...deps, probes, probesWith }));
      }
      case 'project': {
        const probesWith = (value: string) => killer.watch(createProjectProbes(http(async () => value)));
        return createRotate(deps, projectKeyRotation({ ...deps, probesWith }));
      }
      case 'webhook': {
        const endpoints = killer.watch({
          ...createWebhookEndpointApi(source),
          ...createWebhookEndpointManagementApi(source),
        });
        const webhookSecrets = deps.secretIds.webhookSecrets;
        return createRotate(
          deps,
          webhookSecretRotation({ ...deps, webhookSecrets, webhookUrl: WEBHOOK_URL, endpointsOf: () => endpoints }),
        );
      }
    }
  }

  const step = (kind: Kind, name: Step, by: string, killer: Watcher = new Killer(-1, 'before')) =>
    rotateOf(kind, killer)({ Step: name, SecretId: SECRET[kind], ClientRequestToken: token(by) });

  return {
    fake,
    sources,
    endpoint,
    store,
    keyLedger,
    ledger,
    logged,
    api,
    projectKeyOfAccount,
    step,
    /** As "ckpt sources connect" does; the new secret. */
    async rotateEndpoint() {
      const endpoints = createWebhookEndpointManagementApi(http(() => current(SECRET.project)));
      return (await endpoints.rotateSecret(endpoint.id, { keepOldFor24Hours: true })).signingSecret;
    },
    now: () => now,
    current,
    async rotate(kind: Kind, by: string) {
      for (const name of STEPS) await step(kind, name, by);
    },
    advance(ms: number) {
      now += ms;
    },
    sweep: (killer: Watcher = new Killer(-1, 'before')) => sweepKeys(depsOf(killer)),
    /** The keys of that kind at OpenAI. */
    keys: (kind: Kind) =>
      fake.keysOf(kind === 'admin' ? null : PROJECT).filter(({ owner }) => kind === 'admin' || owner.type !== 'user'),
    /** Whether what the secret holds works at OpenAI just now. */
    async works(kind: Kind): Promise<boolean> {
      const value = await current(SECRET[kind]);
      if (kind === 'webhook') return liveSecrets(fake, now).includes(value);
      return fake.keysOf(kind === 'admin' ? null : PROJECT).some((key) => key.value === value);
    },
    async [Symbol.asyncDispose]() {
      await fake.close();
      if (fake.unexpected.length > 0) throw new Error(`unprepared: ${JSON.stringify(fake.unexpected)}`);
    },
  };
}

export type RotateScene = Awaited<ReturnType<typeof startRotateScene>>;

/** With which OpenAI signs now. */
export function liveSecrets(fake: FakeOpenAI, now: number): readonly string[] {
  const secrets = fake.webhookEndpoints(PROJECT).flatMap((endpoint) => endpoint.secrets);
  return secrets.filter(({ until }) => until === null || until > now).map(({ value }) => value);
}
