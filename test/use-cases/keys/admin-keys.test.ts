import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import type { KeyLedger, KeysApi } from '../../../lambdas/core/keys/ports.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import { ADMIN, type KeysScene, NOW, STACK, startKeysScene } from './keys-scene.ts';

let scene: KeysScene;
beforeEach(async () => {
  scene = await startKeysScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const create = (parts: object = {}) => ({ command: 'create-admin-key', name: 'ci', ...parts }) as const;
const valueIn = (name: string) => scene.store.current(`${STACK}/keys/${name}`);
const adminKeys = () => scene.fake.keysOf(null);

describe('an admin key', () => {
  it('is made into a secret of its own, is told of without its value, and works', async () => {
    const made = await scene.ask(create({ expiresInSeconds: 3_600 }));
    const key = adminKeys().find(({ name }) => name === 'ci');
    expect(made).toEqual({
      id: key?.id,
      name: 'ci',
      expiresAt: new Date(NOW + 3_600_000).toISOString(),
      secret: expect.stringContaining(`${STACK}/keys/ci`),
    });
    expect(valueIn('ci')).toBe(key?.value);
    const shown = await scene.ask({ command: 'show-admin-key', id: made.id });
    expect(shown).toMatchObject({ id: made.id, name: 'ci', inUse: false, secret: made.secret, lastUsedAt: null });
    expect(JSON.stringify([made, shown, scene.logged, await scene.keyLedger.listKeys()])).not.toContain(key?.value);
    expect((await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 9 })).items[0]).toMatchObject({
      act: 'key-made',
      note: expect.stringContaining(made.id),
    });
  });

  it('that the system works with is told apart, and never deleted', async () => {
    const { keys } = await scene.ask({ command: 'list-admin-keys' });
    const inUse = keys.filter((key) => key.inUse);
    expect(inUse).toHaveLength(1);
    const answer = await scene.request({ command: 'delete-admin-key', id: inUse[0]?.id ?? '' });
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('works with') } });
    expect(adminKeys()).toHaveLength(1);
  });

  it('of which OpenAI shows too little to tell whether the system works with it is not deleted', async () => {
    const { id } = await scene.ask(create());
    for (const redactedValue of ['sk-admin-***', '[redacted]', '']) {
      const api = scene.apiWith({
        getAdminKey: async (keyId) => ({ ...(await scene.deps.api.getAdminKey(keyId)), redactedValue }),
      });
      const answer = await scene.request({ command: 'delete-admin-key', id }, { api });
      expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('too little of it') } });
    }
    expect(adminKeys()).toHaveLength(2);
  });

  it('is deleted, and its name and secret can be used again', async () => {
    const { id } = await scene.ask(create());
    expect(await scene.ask({ command: 'delete-admin-key', id })).toEqual({ id, deleted: true });
    expect(await scene.keyLedger.listKeys()).toEqual([]);
    const again = await scene.ask(create());
    expect(again.id).not.toBe(id);
    expect(valueIn('ci')).toBe(adminKeys().find((key) => key.id === again.id)?.value);
    expect(await scene.request({ command: 'delete-admin-key', id })).toMatchObject({ ok: false });
  });

  it('goes into the secret that is named, but not over a key that OpenAI still has', async () => {
    const first = await scene.ask(create({ secret: 'shared' }));
    const answer = await scene.request(create({ name: 'other', secret: 'shared' }));
    expect(answer).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(first.id), next: expect.stringContaining('--secret') },
    });
    expect(adminKeys()).toHaveLength(2);
    expect(await scene.keyLedger.listKeys()).toHaveLength(1);
  });

  it.each([
    ['arn:aws:secretsmanager:eu-west-1:000000000000:secret:payroll-AbCdEf', 'may write'],
    ['arn:aws:secretsmanager:eu-west-1:000000000000:secret:CheckpointSharing/keys/nowhere-AbCdEf', 'no secret'],
    [ADMIN, 'the admin key that this system works with'],
    ['with spaces', 'no name of a secret'],
  ])('is not made for the secret %s', async (secret, message) => {
    await scene.store.create('payroll', '');
    const answer = await scene.request(create({ secret }));
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining(message) } });
    expect(adminKeys()).toHaveLength(1);
  });
});

it('two admin keys that are asked for at once are made one after the other, since both would go into one secret', async () => {
  const answers = await Promise.all([scene.request(create()), scene.request(create())]);
  const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer]));
  expect(refusals).toMatchObject([{ error: { name: 'NotYetError' }, retryAfterSeconds: 3 }]);
  expect(adminKeys()).toHaveLength(2);
  expect(await scene.request(create())).toMatchObject({ ok: false, error: { name: 'BadRequestError' } });
});

it('what was done while nobody else was at it is told as it is, also where that the others may cannot be noted', async () => {
  const ledgerAs: KeysDeps['ledgerAs'] = (author) => {
    return { ...scene.deps.ledgerAs(author), releaseLease: () => Promise.reject(new Error('The ledger is away.')) };
  };
  expect(await scene.request(create(), { ledgerAs })).toMatchObject({ ok: true, result: { name: 'ci' } });
  scene.advance(3 * 60_000);
  const refused = await scene.request(create(), { ledgerAs });
  expect(refused).toMatchObject({ ok: false, error: { name: 'BadRequestError' } });
});

describe('an admin key whose making is broken off', () => {
  it('is deleted at once where its answer is lost after it was made', async () => {
    scene.fake.faults.queue('admin_keys.create', 'reset-after');
    const answer = await scene.request(create());
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('found and deleted') } });
    expect(adminKeys().map(({ name }) => name)).not.toContain('ci');
    expect(await scene.keyLedger.listKeys()).toEqual([]);
    expect(valueIn('ci')).toBeUndefined();
  });

  it('is deleted where its secret cannot be written', async () => {
    scene.store.failNext(new SecretUnusableError('s', 'may not be written'));
    expect(await scene.request(create())).toMatchObject({
      ok: false,
      error: { name: 'SecretUnusableError', message: 'Secret s may not be written.' },
    });
    expect(adminKeys()).toHaveLength(1);
    expect(await scene.keyLedger.listKeys()).toEqual([]);
  });

  it('leaves no trace where OpenAI refuses it', async () => {
    scene.fake.quirks.keyLifetimeCap = 60;
    expect(await scene.request(create())).toMatchObject({ ok: false });
    expect(await scene.keyLedger.listKeys()).toEqual([]);
  });

  it('is found and deleted by a sweep where the function died before anything was in its secret', async () => {
    const died = new Error('the function was cut off');
    const store = { ...scene.store, put: () => new Promise<never>(() => {}) };
    const cut = scene.request(create(), { store });
    await Promise.race([cut, new Promise((resolve) => setTimeout(resolve, 300))]);
    expect(adminKeys()).toHaveLength(2);
    await scene.sweep();
    expect(adminKeys(), 'it may still be under way').toHaveLength(2);
    scene.advance(6 * 60_000);
    await scene.sweep();
    expect(adminKeys(), died.message).toHaveLength(1);
    expect(await scene.keyLedger.listKeys()).toEqual([]);
  });

  it('is kept by a sweep where its value was in the secret already', async () => {
    const keyLedger = {
      ...scene.keyLedger,
      saveKey: (record: Parameters<typeof scene.keyLedger.saveKey>[0]) =>
        record.state === 'made' ? Promise.reject(new Error('cut off')) : scene.keyLedger.saveKey(record),
    };
    expect(await scene.request(create(), { keyLedger })).toMatchObject({ ok: false });
    scene.advance(6 * 60_000);
    await scene.sweep();
    expect(adminKeys()).toHaveLength(2);
    expect(await scene.keyLedger.listKeys()).toMatchObject([{ state: 'made', keyId: adminKeys()[1]?.id }]);
  });

  it('waits for the next sweep where OpenAI throttles, and no alarm rings for that', async () => {
    const api = scene.apiWith({ createAdminKey: () => new Promise<never>(() => {}) });
    const cut = scene.request(create(), { api });
    await Promise.race([cut, new Promise((resolve) => setTimeout(resolve, 300))]);
    await scene.deps.api.createAdminKey({ name: 'ci', expiresInSeconds: null });
    scene.advance(6 * 60_000);
    scene.fake.faults.queue('admin_keys.list', 'throttled');
    await scene.sweep();
    expect(adminKeys()).toHaveLength(2);
    scene.advance(2 * 60_000);
    await scene.sweep();
    expect(adminKeys()).toHaveLength(1);
  });

  it('is not looked for in a list that goes round in a circle', async () => {
    const listAdminKeys = async (after: string | null) => ({ items: [], next: after === 'key_a' ? 'key_b' : 'key_a' });
    const answer = await scene.request(create(), { api: scene.apiWith({ listAdminKeys }) });
    expect(answer).toMatchObject({ ok: false });
    expect(adminKeys()).toHaveLength(1);
  });

  it('is found beside another one of its name that was lost as well', async () => {
    const api = scene.apiWith({
      createAdminKey: async (order) => {
        await scene.deps.api.createAdminKey(order);
        throw new Error('The function was ended.');
      },
    });
    await scene.request(create(), { api });
    scene.advance(3 * 60_000);
    await scene.request(create(), { api });
    expect(adminKeys()).toHaveLength(3);
    // The first could be either; of the second it is known what was there before.
    for (const _ of [1, 2]) {
      scene.advance(16 * 60_000);
      await scene.sweep();
    }
    expect(adminKeys()).toHaveLength(1);
    expect(await scene.keyLedger.listKeys()).toEqual([]);
  });

  it.each([
    ['is in its secret', (save: () => Promise<boolean>) => save()],
    ['is still being made', () => new Promise<never>(() => {})],
  ])('is not taken for one of its name that %s by the time OpenAI lists it', async (_, goOn) => {
    scene.fake.faults.queue('admin_keys.create', 'reset-before');
    await scene.request(create());
    expect(await scene.keyLedger.listKeys()).toHaveLength(1);
    scene.advance(5 * 60_000);
    const saveKey: KeyLedger['saveKey'] = (record) => {
      const save = () => scene.keyLedger.saveKey(record);
      return record.keyId === null ? save() : goOn(save);
    };
    const listAdminKeys: KeysApi['listAdminKeys'] = async (after) => {
      const made = scene.request(create({ secret: 'ci-two' }), { keyLedger: { ...scene.keyLedger, saveKey } });
      await Promise.race([made, new Promise((resolve) => setTimeout(resolve, 300))]);
      expect(adminKeys()).toHaveLength(2);
      return scene.deps.api.listAdminKeys(after);
    };
    await scene.sweep({ api: scene.apiWith({ listAdminKeys }) });
    expect(adminKeys()).toHaveLength(2);
  });

  it('touches nobody else’s key of the same name, be it older or a second one', async () => {
    const api = scene.apiWith({ createAdminKey: () => new Promise<never>(() => {}) });
    const cut = scene.request(create(), { api });
    await Promise.race([cut, new Promise((resolve) => setTimeout(resolve, 300))]);
    // Two persons make keys of this name at that very time: nobody can tell whose is whose.
    for (const _ of [1, 2]) await scene.deps.api.createAdminKey({ name: 'ci', expiresInSeconds: null });
    scene.advance(20 * 60_000);
    await scene.sweep();
    expect(adminKeys()).toHaveLength(3);
    expect(scene.logged.some(({ fields }) => 'signal' in fields && fields.signal === 'key-in-doubt')).toBe(true);
  });
});
