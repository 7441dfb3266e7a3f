import { expect, it } from 'vitest';
import { withAdminKey } from '../../../lambdas/adapters/openai/admin-key.ts';
import { createAuditLogApi } from '../../../lambdas/adapters/openai/audit-logs.ts';
import { createDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createJobApi } from '../../../lambdas/adapters/openai/jobs.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { createPermissionApi } from '../../../lambdas/adapters/openai/permissions.ts';
import { createAdminProbes } from '../../../lambdas/adapters/openai/probes.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { SECRET_CACHE_MS } from '../../../lambdas/core/ports/secrets.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { createRotate } from '../../../lambdas/use-cases/rotate/rotate.ts';
import { adminKeyRotation } from '../../../lambdas/use-cases/rotate/rotate-admin-key.ts';
import { patient, type RotateKeyDeps } from '../../../lambdas/use-cases/rotate/rotate-key.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createInMemoryKeyLedger } from '../../in-memory/key-ledger.ts';
import { createInMemorySecretStore } from '../../in-memory/secret-store.ts';
import { createScene, inAnHour, SILENT } from '../scene.ts';
import { liveSecrets, PROJECT, SECRET, STEPS, startRotateScene } from './rotate-scene.ts';

const JOBS = 40;
const ROTATIONS = ['second', 'third', 'fourth'];

/** A port whose calls virtual time waits for. */
function waitedFor<Port extends object>(port: Port, busy: <T>(work: Promise<T>) => Promise<T>): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver);
      return typeof method === 'function' ? (...args: unknown[]) => busy(method.apply(target, args)) : method;
    },
  });
}

it(`the admin key is rotated three times while ${JOBS} jobs are shared, and no call is refused for its key`, async () => {
  const scene = await createScene({ fake: { throttle: { kind: 'sliding-window', requests: 7 } } });
  const { time, fake } = scene;
  const store = createInMemorySecretStore();
  await store.create('admin', '');
  await store.put('admin', fake.adminKey);
  const current = async () => (await store.read('admin', { stage: 'AWSCURRENT' })) ?? '';
  const dispatcher = createDispatcher();
  const http = (key: () => Promise<string>) =>
    createHttp({ baseUrl: fake.url, key, dispatcher, clock: Date.now, deadlineMs: 5_000 });

  const cache = { value: '', readAt: Number.NEGATIVE_INFINITY };
  const cached = async (_: string, { fresh = false } = {}) => {
    const isOld = time.now() - cache.readAt >= SECRET_CACHE_MS;
    if (fresh || isOld) Object.assign(cache, { value: await current(), readAt: time.now() });
    return cache.value;
  };
  const admin = withAdminKey({ current: cached }, 'admin', http);
  const shareDeps = scene.deps({
    api: waitedFor(createPermissionApi(admin.http), (work) => time.busy(work)),
    auditLog: waitedFor(createAuditLogApi(admin.optional), (work) => time.busy(work)),
  });

  const author = { actor: 'rotate-admin-key', plan: null };
  const pacer = createPacer(scene.store, { ...DEFAULT_PACER_RULES, limit: 6 }, time.now);
  const deps: RotateKeyDeps = {
    policy: scene.policy,
    ledgerAs: (by) => scene.ledger.as(by),
    ledger: scene.ledger.as(author),
    author,
    requestId: 'request-1',
    keyLedger: createInMemoryKeyLedger(),
    pacer: patient(pacer, time.sleep),
    api: waitedFor(createKeysApi(http(current)), (work) => time.busy(work)),
    secrets: { current },
    store,
    secretIds: { adminKey: 'admin', projectKeys: new Map(), webhookSecrets: new Map() },
    stackName: 'CheckpointSharing',
    now: time.now,
    sleep: time.sleep,
    log: SILENT,
  };
  const probes = (key: () => Promise<string>) => waitedFor(createAdminProbes(http(key)), (work) => time.busy(work));
  const probesWith = (value: string) => probes(async () => value);
  const rotateIn = (requestId: string) =>
    createRotate(deps, adminKeyRotation({ ...deps, requestId, probes: probes(current), probesWith }));

  const jobs = Array.from({ length: JOBS }, () => scene.addJob(1));
  for (const { id } of jobs) await scene.observe(id);
  async function rotateAgainAndAgain() {
    for (const ClientRequestToken of ROTATIONS) {
      for (const Step of STEPS)
        await rotateIn(`${ClientRequestToken} ${Step}`)({ Step, SecretId: 'admin', ClientRequestToken });
    }
  }
  await Promise.all([drain(shareDeps, 'share', inAnHour(scene)), rotateAgainAndAgain()]);

  expect(fake.calls.count({ status: 401 })).toBe(0);
  for (const { finalModel } of jobs) expect(fake.permissions(finalModel)).toHaveLength(3);
  expect(fake.keysOf(null)).toHaveLength(1 + ROTATIONS.length);
  expect(fake.keysOf(null).at(-1)?.value).toBe(await current());
  await scene.close();
});

it(`a project key is rotated while ${JOBS} jobs are read, and no call is refused for its key`, async () => {
  await using scene = await startRotateScene();
  const jobs = Array.from({ length: JOBS }, () => scene.fake.addJob({ projectId: PROJECT, checkpoints: 1 }));
  const old = await scene.current(SECRET.project);
  const dispatcher = createDispatcher();
  const readerWith = (key: () => Promise<string>) =>
    createJobApi(createHttp({ baseUrl: scene.fake.url, key, dispatcher, clock: scene.now }));
  // One of a function that has the old key in its cache, one of a function that has just begun.
  const readers = [readerWith(async () => old), readerWith(() => scene.current(SECRET.project))];
  await Promise.all([
    scene.rotate('project', 'second'),
    ...readers.flatMap((reader) => jobs.map(({ id }) => reader.getJob(id))),
  ]);
  for (const reader of readers) await reader.listJobs(null);
  expect(scene.fake.calls.count({ status: 401 })).toBe(0);
});

it('a webhook secret is rotated, and at every moment a delivery has a signature by a secret that counts here', async () => {
  await using scene = await startRotateScene();
  const held = async () =>
    Promise.all(
      ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'].map((stage) => scene.store.read(SECRET.webhook, { stage })),
    );
  let looks = 0;
  async function look() {
    const values = await held();
    expect(liveSecrets(scene.fake, scene.now()).filter((value) => values.includes(value))).not.toEqual([]);
    looks++;
  }
  const watch = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const method = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          await look();
          const result = await method.apply(target, args);
          await look();
          return result;
        };
      },
    });
  for (const name of STEPS) await scene.step('webhook', name, 'second', { watch });
  scene.advance(25 * 3_600_000);
  await look();
  expect(looks).toBeGreaterThan(10);
});
