import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withAdminKey } from '../../../lambdas/adapters/openai/admin-key.ts';
import { createAuditLogApi } from '../../../lambdas/adapters/openai/audit-logs.ts';
import { createDispatcher, type HttpDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createPermissionApi } from '../../../lambdas/adapters/openai/permissions.ts';
import { BadCredentialsError, MissingScopeError, SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, type Scene } from '../../use-cases/scene.ts';

let scene: Scene;
let dispatcher: HttpDispatcher;
beforeEach(async () => {
  scene = await createScene();
  dispatcher = createDispatcher();
});
afterEach(async () => {
  await scene.close();
  await dispatcher.destroy();
});

/** Secrets with a cache: `stored` is seen only by a fresh read. */
function createSecret(cached: string, stored: string | Error = cached) {
  const state = { cached, stored, freshReads: 0 };
  const current = async (id: string, { fresh = false } = {}) => {
    expect(id).toBe('arn:admin');
    if (fresh) {
      state.freshReads++;
      if (state.stored instanceof Error) throw state.stored;
      state.cached = state.stored;
    }
    return state.cached;
  };
  return { state, current };
}

function start(secret: ReturnType<typeof createSecret>) {
  return withAdminKey(secret, 'arn:admin', (key) =>
    createHttp({ baseUrl: scene.fake.url, key, dispatcher, clock: Date.now }),
  );
}

const OLD = 'sk-admin-old';

describe('an admin key that was replaced', () => {
  it('is found by lanes that were refused side by side, each of them', async () => {
    const admin = start(createSecret(OLD, scene.fake.adminKey));
    const api = createPermissionApi(admin.http);
    const { finalModel } = scene.addJob(1);
    const refusals = await Promise.allSettled([api.create(finalModel, ['proj_EU']), api.list(finalModel, null)]);
    expect(refusals.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await admin.refresh()).toBe(true);
    await api.create(finalModel, ['proj_EU']);
    expect(await admin.refresh()).toBe(true);
  });

  it('lets a turn go on that was refused the old one', async () => {
    const secret = createSecret(OLD, scene.fake.adminKey);
    const admin = start(secret);
    await scene.observe(scene.addJob(3).id);
    const api = createPermissionApi(admin.http);
    const busy = {
      create: (...args: Parameters<typeof api.create>) => scene.time.busy(api.create(...args)),
      list: (...args: Parameters<typeof api.list>) => scene.time.busy(api.list(...args)),
      delete: (...args: Parameters<typeof api.delete>) => scene.time.busy(api.delete(...args)),
    };
    const deps = { ...scene.deps({ api: busy }), refreshKey: admin.refresh };
    await drain(deps, 'me', inAnHour(scene));
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(Array(9).fill('active'));
    expect(scene.fake.calls.count({ endpoint: 'permissions.create', status: 401 })).toBe(1);
    expect(secret.state.freshReads).toBe(1);
  });

  it('by one that is refused too is given up', async () => {
    const admin = start(createSecret(OLD, 'sk-admin-new-and-wrong'));
    const api = createPermissionApi(admin.http);
    const { finalModel } = scene.addJob(1);
    const create = () => api.create(finalModel, ['proj_EU']);
    await expect(create()).rejects.toBeInstanceOf(BadCredentialsError);
    expect(await admin.refresh()).toBe(true);
    await expect(create()).rejects.toBeInstanceOf(BadCredentialsError);
    expect(await admin.refresh()).toBe(false);
  });
});

describe('the mark of an admin key', () => {
  it('tells it from another, past the cache, and repeats nothing of it', async () => {
    const secret = createSecret(OLD);
    const admin = start(secret);
    const mark = await admin.mark();
    expect(mark).toMatch(/^[0-9a-f]{16}$/);
    expect(await admin.mark()).toBe(mark);
    secret.state.stored = 'sk-admin-new';
    expect(await admin.mark()).not.toBe(mark);
  });

  it('is none where there is no key', async () => {
    const gone = new SecretUnusableError('arn:admin', 'is empty');
    expect(await start(createSecret(OLD, gone)).mark()).toBeNull();
    expect(await start(createSecret(OLD, '{"OPENAI_API_KEY":"sk-admin-x"}')).mark()).toBeNull();
    await expect(start(createSecret(OLD, new TypeError('a bug'))).mark()).rejects.toThrow(TypeError);
  });
});

describe('an admin key that was not replaced', () => {
  it.each([
    ['wrong', BadCredentialsError],
    ['without the scope', MissingScopeError],
  ])('and is %s is given up', async (_, kind) => {
    const value = kind === MissingScopeError ? scene.fake.addAdminKey({ scopes: [] }).value : OLD;
    const admin = start(createSecret(value));
    const api = createPermissionApi(admin.http);
    await expect(api.list(scene.addJob(1).finalModel, null)).rejects.toBeInstanceOf(kind);
    expect(await admin.refresh()).toBe(false);
  });

  it('is not given up for a refusal of another kind', async () => {
    const admin = start(createSecret(scene.fake.adminKey));
    const api = createPermissionApi(admin.http);
    await expect(api.list('ft:gpt-4o-mini-2024-07-18:acme::None', null)).rejects.toThrow();
    expect(await admin.refresh()).toBe(true);
  });

  it('is not given up for what a good key need not be allowed to do', async () => {
    const admin = start(createSecret(scene.fake.addAdminKey({ scopes: [] }).value));
    const auditLog = createAuditLogApi(admin.optional);
    await expect(auditLog.list({ from: 0, after: null })).rejects.toBeInstanceOf(MissingScopeError);
    expect(await admin.refresh()).toBe(true);
  });

  it('is given up where it is wrong, whatever found that out', async () => {
    const admin = start(createSecret(OLD));
    const auditLog = createAuditLogApi(admin.optional);
    await expect(auditLog.list({ from: 0, after: null })).rejects.toBeInstanceOf(BadCredentialsError);
    expect(await admin.refresh()).toBe(false);
  });

  it('and cannot be read anew is given up; what is no matter of the secret is thrown on', async () => {
    const gone = createSecret(OLD, new SecretUnusableError('arn:admin', 'is empty'));
    expect(await start(gone).refresh()).toBe(false);
    await expect(start(createSecret(OLD, new TypeError('a bug'))).refresh()).rejects.toThrow(TypeError);
  });
});
