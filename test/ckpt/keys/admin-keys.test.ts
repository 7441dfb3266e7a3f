import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminKeysCreate, adminKeysDelete, adminKeysList, adminKeysShow } from '../../../bin/ckpt/keys/admin-keys.ts';
import { NOW, STACK } from '../../use-cases/keys/keys-scene.ts';
import { failure } from '../by-hand/scene.ts';
import { type Keys, openKeys, WAITING } from './scene.ts';

let scene: Keys;
beforeEach(async () => {
  scene = await openKeys();
});
afterEach(() => scene[Symbol.asyncDispose]());

const create = (options: object = {}, args = ['ci']) => scene.run(adminKeysCreate, 'admin-keys create', options, args);
const adminKeys = () => scene.keys.fake.keysOf(null);

describe('ckpt admin-keys', () => {
  it('create: tells where the value is, and never the value', async () => {
    const { document, text, exitCode } = await create();
    const value = adminKeys().find(({ id }) => id === document.id)?.value ?? 'none';
    expect(scene.keys.store.current(`${STACK}/keys/ci`)).toBe(value);
    expect(text).toBe(`${document.id} (ci) was made; its value is in ${document.secret}. It never ends.\n`);
    expect(exitCode).toBe(0);
    expect(JSON.stringify([document, text, scene.said])).not.toContain(value);
  });

  it.each([
    ['--expires-in', { expiresIn: 90 * 86_400_000 }, '2027-02-18T12:00:00.000Z'],
    ['--expires-at, in Unix seconds', { expiresAt: NOW / 1_000 + 3_600 }, '2026-11-20T13:00:00.000Z'],
  ])('create: ends by %s', async (_, options, expiresAt) => {
    const { document, text } = await create(options);
    expect(document).toMatchObject({ expiresAt });
    expect(text).toContain(`It ends at ${expiresAt.slice(0, 10)} `);
  });

  it.each([
    [{ expiresAt: NOW / 1_000 - 1 }, 'has passed'],
    [{ expiresAt: NOW / 1_000 + 366 * 86_400 }, 'a year at most'],
    [{ expiresIn: 366 * 86_400_000 }, 'a year at most'],
    [{ expiresIn: 86_400_000, expiresAt: NOW / 1_000 + 60 }, 'twice'],
    [{ scopes: 'api.management.read' }, 'with all rights only'],
    [{ scopes: '' }, 'with all rights only'],
    [{ showOnce: true }, 'on a terminal only'],
  ])('create %o: refused before anything is asked: %s', async (options, message) => {
    expect(await failure(create(options))).toMatchObject({ message: expect.stringContaining(message) });
    expect(scene.keys.fake.calls.count()).toBe(0);
  });

  it('list and show: one line a key, with the one in use told apart', async () => {
    const { document } = await create();
    const listed = (await scene.run(adminKeysList, 'admin-keys list', {})).text.split('\n');
    expect(listed[0]).toMatch(/^ID +NAME +VALUE/);
    expect(listed.filter((line) => /yes *$/.test(line))).toHaveLength(1);
    const shown = await scene.run(adminKeysShow, 'admin-keys show', {}, [document.id]);
    expect(shown.text).toMatch(/^key_.*\n {2}name +ci\n/);
    expect(shown.text).toContain(`secret    ${document.secret}`);
    expect(shown.text).toContain('last used never');
    expect(shown.text).not.toContain('may do');
  });

  it('delete: not without --yes, and not the one in use', async () => {
    const { document } = await create();
    const remove = (options: object, id: string) => scene.run(adminKeysDelete, 'admin-keys delete', options, [id]);
    expect(await failure(remove({}, document.id))).toMatchObject({ next: 'Say so with --yes.' });
    expect(adminKeys()).toHaveLength(2);
    expect((await remove({ yes: true }, document.id)).text).toBe(`${document.id} is deleted.\n`);
    const [inUse] = adminKeys();
    const message = expect.stringContaining('works with');
    expect(await failure(remove({ yes: true }, inUse?.id ?? ''))).toMatchObject({ message });
    expect(adminKeys()).toHaveLength(1);
  });

  it('an id that OpenAI does not have is told as such', async () => {
    const [id, options] = ['key_unheardof', { ...WAITING, yes: true } as const];
    const asked = [adminKeysShow.run(scene.session, options, [id]), adminKeysDelete.run(scene.session, options, [id])];
    for (const each of asked) {
      expect(await failure(each)).toMatchObject({ message: expect.stringContaining('key_unheardof') });
    }
  });

  const KEY = `sk-admin-${'a1B2'.repeat(8)}`;
  it.each([
    [`org-acme/${KEY}`, "the form of Terraform's import"],
    [`org-acme/proj_X/${KEY}`, "the form of Terraform's import"],
    [KEY, 'a key and not its id'],
    ['ci', '"ci" is no id of a key'],
  ])('show %s: answered with what to do instead, no key repeated', async (word, message) => {
    const error = await failure(scene.run(adminKeysShow, 'admin-keys show', {}, [word]));
    expect(error).toMatchObject({
      message: expect.stringContaining(message),
      next: expect.stringContaining('"ckpt admin-keys list"'),
    });
    expect(JSON.stringify(error)).not.toContain(KEY);
  });
});
