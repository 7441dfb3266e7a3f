import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { type KeysScene, PROJECT_KEY, STACK, startKeysScene } from './keys-scene.ts';

let scene: KeysScene;
beforeEach(async () => {
  scene = await startKeysScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const PROJECT = 'proj_RESEARCH';
const create = (parts: object = {}) =>
  ({ command: 'create-project-key', project: 'research', serviceAccount: 'ci', ...parts }) as const;
const keyOf = (id: string, projectId = PROJECT) => scene.fake.keysOf(projectId).find((key) => key.id === id);

describe('a project key', () => {
  it('is made on a service account, which is made where it is missing, with a role that opens something', async () => {
    const made = await scene.ask(create());
    const [account] = scene.fake.serviceAccounts(PROJECT);
    expect(made.serviceAccount).toEqual({ id: account?.id, name: 'ci' });
    expect(account?.role).toBe('member');
    expect(scene.store.current(`${STACK}/keys/ci`)).toBe(keyOf(made.id)?.value);
    const second = await scene.ask(create({ name: 'second' }));
    expect(second.serviceAccount.id).toBe(account?.id);
    expect(scene.fake.serviceAccounts(PROJECT)).toHaveLength(1);
    expect(await scene.ask(create({ serviceAccount: account?.id, name: 'third' }))).toMatchObject({ name: 'third' });
  });

  it('may do what it was made for, and that is remembered', async () => {
    const scopes = ['api.fine_tuning.jobs.read'];
    const { id } = await scene.ask(create({ scopes }));
    expect(keyOf(id)?.scopes).toEqual(scopes);
    const shown = await scene.ask({ command: 'show-project-key', project: PROJECT, id });
    expect(shown).toMatchObject({ scopes, allRights: false, project: 'research', projectId: PROJECT });
    const full = await scene.ask(create({ name: 'full' }));
    const shownFull = await scene.ask({ command: 'show-project-key', project: PROJECT, id: full.id });
    expect(shownFull).toMatchObject({ scopes: null, allRights: true });
  });

  it('of somebody else is listed, with what is not known as null', async () => {
    const { keys, projectId } = await scene.ask({ command: 'list-project-keys', project: 'research' });
    expect(projectId).toBe(PROJECT);
    expect(keys).toMatchObject([{ inUse: true, scopes: null, allRights: null, serviceAccount: null }]);
  });

  it('is changed in place, and never by accident to all rights', async () => {
    const { id } = await scene.ask(create());
    const scopes = ['api.all.read'];
    const changed = await scene.ask({ command: 'update-project-key', project: 'research', id, scopes });
    expect(changed).toMatchObject({ id, scopes, allRights: false });
    const value = keyOf(id)?.value;
    await scene.ask({ command: 'update-project-key', project: 'research', id, expiresInSeconds: 60 });
    expect(keyOf(id)).toMatchObject({ scopes, value });
    for (const nothing of [{ scopes: [] }, {}]) {
      const request = { command: 'update-project-key', project: 'research', id, ...nothing } as const;
      expect(await scene.request(request)).toMatchObject({ ok: false });
    }
    expect(await scene.request(create({ name: 'x', scopes: [] }))).toMatchObject({ ok: false });
    expect(scene.fake.keysOf(PROJECT)).toHaveLength(2);
    expect(keyOf(id)?.scopes).toEqual(scopes);
  });

  it.each([
    ['is lost', 'reset-after', ['api.all.read']],
    ['is a refusal', 'throttled', null],
  ] as const)('that is narrowed counts as what it may be by now where the answer %s', async (_, fault, known) => {
    const { id } = await scene.ask(create());
    const [byHand] = scene.fake.keysOf(PROJECT);
    const update = (key: string) =>
      scene.request({ command: 'update-project-key', project: 'research', id: key, scopes: ['api.all.read'] });
    for (const key of [id, byHand?.id ?? '']) {
      scene.fake.faults.queue('project_keys.update', fault);
      expect(await update(key)).toMatchObject({ ok: false });
      scene.advance(2 * 60_000);
    }
    const scopesOf = async (key?: string) => (await scene.keyLedger.listKeys()).find(({ keyId }) => keyId === key);
    expect(await scopesOf(id)).toMatchObject({ scopes: known });
    expect((await scopesOf(byHand?.id))?.scopes ?? null).toEqual(known);
    expect(await scene.keyLedger.listKeys()).toHaveLength(known === null ? 1 : 2);
    for (const key of [id, byHand?.id ?? '']) expect(await update(key)).toMatchObject({ ok: true });
  });

  it('does not go over the key of another project, nor into the secret of another source', async () => {
    const { id } = await scene.ask(create({ secret: 'shared' }));
    const second = { project: 'proj_DEFAULT', name: 'second', secret: 'shared' };
    const answer = await scene.request(create(second));
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining(`holds the key ${id}`) } });
    const ofSource = [
      create({ project: 'proj_DEFAULT', secret: PROJECT_KEY }),
      { command: 'create-admin-key', name: 'ci', secret: PROJECT_KEY } as const,
    ];
    scene.stored.delete(PROJECT_KEY);
    for (const request of ofSource) {
      expect(await scene.request(request)).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('the secret for the project key of research') },
      });
    }
    expect(scene.fake.keysOf('proj_DEFAULT')).toHaveLength(1);
    await scene.ask({ command: 'delete-project-key', project: 'research', id });
    expect(await scene.ask(create(second))).toMatchObject({ name: 'second' });
  });

  it('that is gone already is known no more once its deletion is asked for again', async () => {
    const { id } = await scene.ask(create());
    scene.fake.faults.queue('project_keys.delete', 'reset-after');
    const request = { command: 'delete-project-key', project: 'research', id } as const;
    expect(await scene.request(request)).toMatchObject({ ok: false });
    expect(await scene.request({ ...request, project: 'proj_DEFAULT' })).toMatchObject({ ok: false });
    expect(await scene.keyLedger.listKeys()).toHaveLength(1);
    const again = await scene.request(request);
    expect(again).toMatchObject({ ok: false, error: { message: expect.stringContaining('OpenAI has no key') } });
    expect(await scene.keyLedger.listKeys()).toEqual([]);
  });

  it('that the system works with is not deleted, another is', async () => {
    const { id } = await scene.ask(create());
    const deleted = await scene.ask({ command: 'delete-project-key', project: 'research', id });
    expect(deleted).toEqual({ id, deleted: true, projectId: PROJECT });
    const [inUse] = scene.fake.keysOf(PROJECT);
    const request = { command: 'delete-project-key', project: 'research', id: inUse?.id ?? '' } as const;
    expect(await scene.request(request)).toMatchObject({ ok: false });
    expect(scene.fake.keysOf(PROJECT)).toHaveLength(1);
  });

  it('without a project is of the default one, where there is no doubt which that is', async () => {
    const made = await scene.ask(create({ project: null }));
    expect(keyOf(made.id, 'proj_DEFAULT')).toBeDefined();
    scene.fake.addProject({ id: 'proj_OTHER', name: 'default project' });
    const answer = await scene.request(create({ project: null }));
    expect(answer).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('proj_OTHER'), next: expect.stringContaining('--project') },
    });
  });

  it('is found and deleted where its answer was lost', async () => {
    scene.fake.faults.queue('service_accounts.create_key', 'reset-after');
    const answer = await scene.request(create());
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('found and deleted') } });
    expect(scene.fake.keysOf(PROJECT)).toHaveLength(1);
  });

  it('is deleted when it is due, and one that was current is left, where the policy names their secret no more', async () => {
    const [old, current] = [await scene.ask(create()), await scene.ask(create({ secret: 'other' }))];
    const secretId = 'arn:aws:secretsmanager:eu-west-1:1:secret:of-a-source-AbCdEf';
    for (const record of await scene.keyLedger.listKeys()) {
      const isOld = record.keyId === old.id;
      const rotated = { ...record, secretId, secretVersion: record.id };
      await scene.keyLedger.saveKey(isOld ? { ...rotated, state: 'retiring', deleteAt: scene.deps.now() } : rotated);
    }
    const denied = new SecretUnusableError(secretId, 'may not be looked at: the role needs DescribeSecret');
    const describe = async (id: string) => (id === secretId ? Promise.reject(denied) : scene.store.describe(id));
    await scene.sweep({ store: { ...scene.store, describe } });
    expect([keyOf(old.id), keyOf(current.id)]).toEqual([undefined, expect.anything()]);
    expect(await scene.keyLedger.listKeys()).toMatchObject([{ keyId: current.id, state: 'made' }]);
  });

  it('asks which account is meant where two have the same name', async () => {
    for (const _ of [1, 2]) await scene.deps.api.createServiceAccount(PROJECT, 'twin');
    const answer = await scene.request(create({ serviceAccount: 'twin' }));
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('2 service accounts') } });
  });
});
