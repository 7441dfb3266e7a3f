import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withAdminKey } from '../../../lambdas/adapters/openai/admin-key.ts';
import { createDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createPermissionApi } from '../../../lambdas/adapters/openai/permissions.ts';
import { BadCredentialsError } from '../../../lambdas/core/errors.ts';
import { SECRET_CACHE_MS } from '../../../lambdas/core/ports/secrets.ts';
import { HOUR_MS, type RotateScene, SECRET, STEPS, startRotateScene } from './rotate-scene.ts';

/** What happens between two calls of a rotation, or between two of its steps. */
type Event = 'share' | 'sweep' | 'wait' | 'none';

const events = fc.array(fc.constantFrom<Event>('share', 'share', 'sweep', 'wait', 'none'), { maxLength: 40 });
/** A rotation is broken off after so many steps, and another one begins. */
const rotations = fc.array(fc.integer({ min: 1, max: STEPS.length }), { minLength: 1, maxLength: 3 });

/** Shares and lists with the key of its cache, as the share function does. */
function startSharing(scene: RotateScene) {
  const target = scene.fake.addProject({ id: 'proj_EU' }).id;
  const { finalModel } = scene.fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
  const cache = { value: '', readAt: Number.NEGATIVE_INFINITY };
  const secrets = {
    async current(id: string, { fresh = false } = {}) {
      if (fresh || scene.now() - cache.readAt >= SECRET_CACHE_MS) {
        Object.assign(cache, { value: await scene.current(id), readAt: scene.now() });
      }
      return cache.value;
    },
  };
  const dispatcher = createDispatcher();
  const admin = withAdminKey(secrets, SECRET.admin, (key) =>
    createHttp({ baseUrl: scene.fake.url, key, dispatcher, clock: scene.now }),
  );
  const api = createPermissionApi(admin.http);
  return {
    refresh: admin.refresh,
    async share() {
      await api.create(finalModel, [target]);
      await api.list(finalModel, null);
    },
  };
}

async function interleave(
  graceMs: number,
  broken: readonly number[],
  planned: readonly Event[],
  share: (scene: RotateScene) => Promise<() => Promise<void>>,
) {
  await using scene = await startRotateScene({ graceSeconds: graceMs / 1_000 });
  const shareOnce = await share(scene);
  const plan = [...planned];
  async function next() {
    const event = plan.shift() ?? 'none';
    if (event === 'share') await shareOnce();
    if (event === 'sweep') await scene.sweep();
    if (event === 'wait') scene.advance(HOUR_MS / 13);
  }
  const watcher = {
    watch: <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get(target, name, receiver) {
          const method = Reflect.get(target, name, receiver);
          if (typeof method !== 'function') return method;
          return async (...args: unknown[]) => {
            await next();
            return method.apply(target, args);
          };
        },
      }),
  };
  for (const [count, steps] of broken.entries()) {
    for (const step of STEPS.slice(0, steps)) {
      // What a sweep takes from it in between is asked for again, as Secrets Manager does.
      await scene.step('admin', step, `rotation${count}`, watcher).catch(() => undefined);
      await next();
    }
  }
  await scene.rotate('admin', 'the-last');
  while (plan.length > 0) await next();
  for (let passed = 0; passed <= 2 * graceMs + 3 * HOUR_MS; passed += HOUR_MS / 2) {
    await scene.sweep();
    scene.advance(HOUR_MS / 2);
  }
  await shareOnce();
  expect(scene.keys('admin').map(({ value }) => value)).toEqual([await scene.current(SECRET.admin)]);
}

it('however rotations and sharing mix, no call is refused for its key, and one key is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(SECRET_CACHE_MS, HOUR_MS, 24 * HOUR_MS),
      rotations,
      events,
      (graceMs, broken, planned) => interleave(graceMs, broken, planned, async (scene) => startSharing(scene).share),
    ),
    { numRuns: 60 },
  );
});

it('without grace a refused key is read again at once, and the next call goes through', async () => {
  await fc.assert(
    fc.asyncProperty(rotations, events, (broken, planned) =>
      interleave(0, broken, planned, async (scene) => {
        const { share, refresh } = startSharing(scene);
        return () =>
          share().catch(async (error: unknown) => {
            expect(error).toBeInstanceOf(BadCredentialsError);
            expect(await refresh()).toBe(true);
            await share();
          });
      }),
    ),
    { numRuns: 40 },
  );
});
