import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { ADMIN, type KeysScene, NOW, PROJECT_KEY, startKeysScene } from './keys-scene.ts';

let scene: KeysScene;
beforeEach(async () => {
  scene = await startKeysScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const check = () => scene.ask({ command: 'check-keys', version: null });

describe('check-keys', () => {
  it('tells of keys that are there and accepted, for one admin call and without a value', async () => {
    const found = await check();
    expect(found).toMatchObject({
      adminKey: { secret: ADMIN, state: 'accepted', problem: null },
      sources: [{ source: 'research', secret: PROJECT_KEY, isEmpty: false }],
    });
    expect(found.adminKey.redactedValue).toBe(`${scene.fake.adminKey.slice(0, 8)}...${scene.fake.adminKey.slice(-4)}`);
    expect(scene.fake.calls.count()).toBe(1);
  });

  it.each([
    ['', 'empty', /is empty/],
    ['CHANGE_ME', 'unusable', /is a placeholder/],
    [`sk-proj-${'a1'.repeat(20)}`, 'unusable', /a project key where an admin key is to be/],
  ])('tells of what is no admin key without a call: %s', async (value, state, problem) => {
    scene.stored.set(ADMIN, value);
    const { adminKey } = await check();
    expect(adminKey).toMatchObject({ state, problem: expect.stringMatching(problem) });
    expect(scene.fake.calls.count()).toBe(0);
  });

  it.each(['is marked for deletion: restore it', 'is not there'])(
    'takes a secret that %s for no empty one',
    async (problem) => {
      const current = () => Promise.reject(new SecretUnusableError(ADMIN, problem));
      const answer = await scene.request({ command: 'check-keys', version: null }, { secrets: { current } });
      expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining(problem) } });
    },
  );

  it('tells of a key that OpenAI does not accept', async () => {
    scene.fake.revokeKey(scene.fake.adminKey);
    const { adminKey } = await check();
    expect(adminKey).toMatchObject({
      state: 'refused',
      problem: expect.stringContaining('does not accept the admin key'),
    });
  });

  it.each(['unauthorized', 'forbidden', 'forbidden-bare'] as const)(
    'takes a key that lacks scopes for an accepted one (%s)',
    async (missingScope) => {
      scene.fake.quirks.missingScope = missingScope;
      const { value } = scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] });
      scene.stored.set(ADMIN, value);
      const api = scene.deps.apiWith(value);
      const { adminKey } = await scene.ask({ command: 'check-keys', version: null }, { api });
      expect(adminKey.state).toBe('accepted');
      expect(scene.fake.calls.all.map(({ status }) => status)).toEqual([missingScope === 'unauthorized' ? 401 : 403]);
    },
  );

  it('tells of a key that is not in use yet', async () => {
    const secret = await scene.store.create('admin', '');
    await scene.store.put(secret, scene.fake.addAdminKey().value, { token: 'good', stages: ['CANDIDATE'] });
    await scene.store.put(secret, 'sk-admin-wrong-wrong-wrong', { token: 'bad', stages: ['CANDIDATE'] });
    const secretIds = { ...scene.deps.secretIds, adminKey: secret };
    const look = (version: string) => scene.ask({ command: 'check-keys', version }, { secretIds });
    expect((await look('good')).adminKey).toMatchObject({ state: 'accepted' });
    expect((await look('bad')).adminKey).toMatchObject({ state: 'refused' });
    expect((await look('none')).adminKey).toMatchObject({ state: 'empty' });
  });

  it('shows nothing of a value that is short, as a gateway’s may be', async () => {
    scene.stored.set(ADMIN, 'dummy');
    expect((await check()).adminKey.redactedValue).toBeNull();
  });

  it('says so where OpenAI cannot be asked', async () => {
    scene.fake.faults.queue('admin_keys.list', 'error-before');
    expect(await scene.request({ command: 'check-keys', version: null })).toMatchObject({ ok: false });
  });

  it('tells an empty secret of a project key, and one that is not needed', async () => {
    scene.stored.delete(PROJECT_KEY);
    expect((await check()).sources).toEqual([{ source: 'research', secret: PROJECT_KEY, isEmpty: true }]);
    const secretIds = { ...scene.deps.secretIds, projectKeys: new Map() };
    const { sources } = await scene.ask({ command: 'check-keys', version: null }, { secretIds });
    expect(sources).toEqual([{ source: 'research', secret: null, isEmpty: false }]);
  });
});

describe('two keys for one secret', () => {
  it('are not made at the same time: the second waits until the first is done, or its function certainly gone', async () => {
    const secret = await scene.store.create('CheckpointSharing/keys/one', '');
    const order = { command: 'create-project-key', project: 'research', serviceAccount: 'ci', secret } as const;
    const other = { id: 'other', version: 0, kind: 'project', name: 'ci', projectId: 'proj_RESEARCH' } as const;
    await scene.keyLedger.saveKey({
      ...other,
      serviceAccountId: null,
      secretId: secret,
      scopes: null,
      state: 'making',
      keyId: null,
      sameName: [],
      notedAt: NOW,
      expiresAt: null,
      deleteAt: null,
      by: null,
    });
    scene.advance(60_000);
    expect(await scene.request(order)).toMatchObject({ ok: false, retryAfterSeconds: 120 });
    expect(await scene.request({ ...order, secret: 'two' })).toMatchObject({ ok: true });
    scene.advance(121_000);
    expect(await scene.request(order)).toMatchObject({ ok: true });
  });
});
