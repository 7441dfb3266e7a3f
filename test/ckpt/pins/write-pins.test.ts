import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { writePins } from '../../../bin/ckpt/pins/write-pins.ts';
import { aFolder } from '../folder.ts';
import { A, B, policyIn } from './policies.ts';

const PINS = [
  { checkpoint: A, to: ['proj_EU', 'proj_US'] },
  { checkpoint: B, to: ['proj_EU'] },
];

describe('writePins', () => {
  it('makes a file that is a whole policy, and finds nothing to add to it then', async () => {
    await using folder = await aFolder();
    const file = folder.in('sharing.yaml');
    expect(await writePins(file, PINS)).toEqual({ file, created: true, added: PINS });
    const text = await readFile(file, 'utf8');
    expect(policyIn(text)).toMatchObject({ projects: [], rules: [], permissions: PINS, prune: false });
    expect(await writePins(file, PINS)).toEqual({ file, created: false, added: [] });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('adds to a file only the projects that it does not pin a checkpoint for already, whatever it calls them', async () => {
    await using folder = await aFolder();
    const file = folder.in('sharing.yaml');
    const there = `version: 1\nprojects: { prod-eu: { id: proj_EU } }\npermissions: [{ checkpoint: ${A}, to: prod-eu }]\n`;
    await writeFile(file, there);
    expect(await writePins(file, PINS)).toMatchObject({
      created: false,
      added: [
        { checkpoint: A, to: ['proj_US'] },
        { checkpoint: B, to: ['proj_EU'] },
      ],
    });
    const { permissions } = policyIn(await readFile(file, 'utf8'));
    expect(permissions).toEqual([
      { checkpoint: A, to: ['proj_EU'] },
      { checkpoint: A, to: ['proj_US'] },
      { checkpoint: B, to: ['proj_EU'] },
    ]);
    expect(await writePins(file, PINS)).toMatchObject({ added: [] });
  });

  it('reads UTF-16 and leaves UTF-8, and touches no file whose bytes would be lost', async () => {
    await using folder = await aFolder();
    const there = 'version: 1\nprojects: {} # Küche\n';
    const file = folder.in('sharing.yaml');
    await writeFile(file, Buffer.from(`\uFEFF${there}`, 'utf16le'));
    await writePins(file, PINS);
    expect(policyIn(await readFile(file, 'utf8')).permissions).toEqual(PINS);
    expect(await readFile(file, 'utf8')).toContain('# Küche');
    await writeFile(file, Buffer.from(there, 'latin1'));
    await expect(writePins(file, PINS)).rejects.toThrow(/has a mistake in it/);
    expect(await readFile(file, 'latin1')).toBe(there);
  });

  it('makes no file for nothing', async () => {
    await using folder = await aFolder();
    expect(await writePins(folder.in('a'), [])).toMatchObject({ created: false, added: [] });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each([
    ['has mistakes', 'version: 2\nprojcets: {}\n', /has 3 mistakes in it.* See "ckpt config check/],
    ['has one mistake', 'version: 1\nprojects: {}\nprune: maybe\n', /has a mistake in it/],
    ['is empty', '', /has a mistake in it/],
    [
      'is laid out in a way that nobody foresaw',
      'version: 1\nprojects: {}\n<<: { permissions: [{ checkpoint: "ft:gpt:org::There", to: proj_Z }] }\n',
      /in a way that nothing can be added to, so it was left as it is\. Leave --out out/,
    ],
  ])('refuses a file that %s, and leaves it as it is', async (_, text, message) => {
    await using folder = await aFolder();
    const file = folder.in('sharing.yaml');
    await writeFile(file, text);
    const refused = await writePins(file, PINS).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'PolicyError' });
    const { message: what, next } = refused as Error & { next: string };
    expect(`${what} ${next}`).toMatch(message);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readdir(folder.path)).toEqual(['sharing.yaml']);
  });

  it('says that a file cannot be read or written', async () => {
    await using folder = await aFolder();
    const fileError = (message: string) => ({ name: 'FileError', message: expect.stringContaining(message) });
    await expect(writePins(folder.path, PINS)).rejects.toMatchObject(fileError('cannot be read'));
    await expect(writePins(folder.in('none/a'), PINS)).rejects.toMatchObject(fileError('cannot be written'));
  });
});
