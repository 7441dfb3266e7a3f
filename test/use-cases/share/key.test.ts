import { afterEach, describe, expect, it } from 'vitest';
import { BadCredentialsError, MissingScopeError, SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const creates = () => scene.fake.calls.count({ endpoint: 'permissions.create' });

describe('an admin key that OpenAI refuses', () => {
  it('fails the function, keeps the work due, and is not tried again for five minutes', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(3).id);
    const deps = scene.deps({ key: 'sk-admin-revoked' });
    await expect(drain(deps, 'me', inAnHour(scene))).rejects.toBeInstanceOf(BadCredentialsError);
    expect(creates()).toBe(1);

    scene.time.advance(60_000);
    await drain(deps, 'next-tick', inAnHour(scene));
    expect(creates()).toBe(1);

    scene.time.advance(5 * 60_000);
    await drain(scene.deps(), 'with-a-good-key', inAnHour(scene));
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(Array(9).fill('active'));
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(0);
  });

  it('that lacks a scope says which', async () => {
    scene = await createScene();
    const key = scene.fake.addAdminKey({ scopes: [] });
    await scene.observe(scene.addJob(1).id);
    const ended = drain(scene.deps({ key: key.value }), 'me', inAnHour(scene));
    await expect(ended).rejects.toBeInstanceOf(MissingScopeError);
    await expect(ended).rejects.toThrow('api.fine_tuning.checkpoints.write');
  });

  it('is replaced on the spot where a newer one is there', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(1).id);
    const apis = { old: scene.permissionApi('sk-admin-revoked'), good: scene.permissionApi() };
    let current = apis.old;
    const deps = {
      ...scene.deps({ api: { ...apis.old, create: (...call) => current.create(...call) } }),
      refreshKey: async () => {
        const changed = current !== apis.good;
        current = apis.good;
        return changed;
      },
    };
    await drain(deps, 'me', inAnHour(scene));
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(Array(3).fill('active'));
  });
});

describe('an admin key that is not there', () => {
  it('fails the function without a call, and the work is done at the first tick after it is put there', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(1).id);
    const failing = async () => {
      throw new SecretUnusableError('arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin', 'is empty');
    };
    const deps = scene.deps({ api: { create: failing, list: failing, delete: failing } });
    await expect(drain(deps, 'me', inAnHour(scene))).rejects.toBeInstanceOf(SecretUnusableError);
    await drain(scene.deps(), 'next-tick', inAnHour(scene));
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(Array(3).fill('active'));
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(0);
  });
});
