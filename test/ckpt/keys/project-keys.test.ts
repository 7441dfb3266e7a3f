import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  projectKeysCreate,
  projectKeysDelete,
  projectKeysList,
  projectKeysShow,
  projectKeysUpdate,
} from '../../../bin/ckpt/keys/project-keys.ts';
import { NOW, STACK } from '../../use-cases/keys/keys-scene.ts';
import { failure } from '../by-hand/scene.ts';
import { type Keys, openKeys } from './scene.ts';

let scene: Keys;
beforeEach(async () => {
  scene = await openKeys();
});
afterEach(() => scene[Symbol.asyncDispose]());

const PROJECT = { project: 'research' };
const create = (options: object = {}) =>
  scene.run(projectKeysCreate, 'project-keys create', { ...PROJECT, serviceAccount: 'ci', ...options });
const update = (id: string, options: object) =>
  scene.run(projectKeysUpdate, 'project-keys update', { ...PROJECT, ...options }, [id]);
const show = async (id: string) => (await scene.run(projectKeysShow, 'project-keys show', PROJECT, [id])).text;
const keyOf = (id: string) => scene.keys.fake.keysOf('proj_RESEARCH').find((key) => key.id === id);

describe('ckpt project-keys', () => {
  it('create: into the secret that is named, on the service account', async () => {
    const { document, text } = await create({ name: 'reader', secret: 'readers/one' });
    expect(document).toMatchObject({ name: 'reader', serviceAccount: { name: 'ci' }, expiresAt: null });
    const value = scene.keys.store.current(`${STACK}/keys/readers/one`);
    expect(value).toBe(keyOf(document.id)?.value);
    expect(`${text}${JSON.stringify(document)}`).not.toContain(value);
    expect(await show(document.id)).toContain('may do    everything');
  });

  it.each([
    [{ readOnly: true }, ['api.all.read']],
    [
      { permission: ['fine_tuning=read', 'models=read'] },
      ['api.fine_tuning.jobs.read', 'model.read', 'api.model.read'],
    ],
    [{ scopes: 'api.files.read, api.files.write' }, ['api.files.read', 'api.files.write']],
  ])('create and update %o: may do just that, as is shown', async (options, scopes) => {
    const made = await create(options);
    expect(keyOf(made.document.id)?.scopes).toEqual(scopes);
    expect(await show(made.document.id)).toContain(`may do    ${scopes.join(', ')}\n`);
    const { id } = (await create({ name: 'all' })).document;
    expect((await update(id, options)).text).toContain(`may do    ${scopes.join(', ')}\n`);
    expect(keyOf(id)?.scopes).toEqual(scopes);
  });

  it.each([
    [{ scopes: '' }, 'means all rights'],
    [{ scopes: ' , ' }, 'means all rights'],
    [{ scopes: 'everything' }, 'is no scope'],
    [{ permission: ['models=write'] }, 'no scope for models=write'],
    [{ permission: ['billing=read'] }, 'no area "billing"'],
    [{ permission: ['files=all'] }, 'no access to files'],
    [{ readOnly: true, scopes: 'api.files.read' }, 'exclude each other'],
    [{ readOnly: true, permission: ['files=read'] }, 'exclude each other'],
    [{ expiresAt: NOW / 1_000 }, 'has passed'],
  ])('create and update %o: refused before anything is asked: %s', async (options, message) => {
    for (const asked of [create(options), update('key_1', options)]) {
      expect(await failure(asked)).toMatchObject({ message: expect.stringContaining(message) });
    }
    expect(scene.keys.fake.calls.count()).toBe(0);
  });

  it('update: nothing that is to change is refused; an expiry leaves the rest as it is', async () => {
    const { id } = (await create({ readOnly: true })).document;
    expect(await failure(update(id, {}))).toMatchObject({ message: expect.stringContaining('Nothing was named') });
    const { document } = await update(id, { expiresIn: 3_600_000 });
    expect(document).toMatchObject({ scopes: ['api.all.read'], expiresAt: '2026-11-20T13:00:00.000Z' });
  });

  it('list: of a project; of the default one, which is named on standard error, where none is', async () => {
    const { text } = await scene.run(projectKeysList, 'project-keys list', PROJECT);
    expect(text).toMatch(/^ID .*\nkey_.* yes *\n$/);
    expect(scene.said).toEqual([]);
    await scene.run(projectKeysList, 'project-keys list', {});
    expect(scene.said).toEqual(['The default project is proj_DEFAULT.\n']);
  });

  it('create, show, update and delete without a project name the default one, too', async () => {
    const { id } = (await create({ project: undefined })).document;
    await scene.run(projectKeysShow, 'project-keys show', {}, [id]);
    await scene.run(projectKeysUpdate, 'project-keys update', { readOnly: true }, [id]);
    await scene.run(projectKeysDelete, 'project-keys delete', { yes: true }, [id]);
    expect(scene.said).toEqual(Array(4).fill('The default project is proj_DEFAULT.\n'));
  });

  it('delete: not without --yes, and not one that the system works with', async () => {
    const { id } = (await create()).document;
    const remove = (options: object, which: string) =>
      scene.run(projectKeysDelete, 'project-keys delete', { ...PROJECT, ...options }, [which]);
    expect(await failure(remove({}, id))).toMatchObject({ next: 'Say so with --yes.' });
    expect((await remove({ yes: true }, id)).text).toBe(`${id} is deleted.\n`);
    const [inUse] = scene.keys.fake.keysOf('proj_RESEARCH');
    const message = expect.stringContaining('works with');
    expect(await failure(remove({ yes: true }, inUse?.id ?? ''))).toMatchObject({ message });
  });
});
