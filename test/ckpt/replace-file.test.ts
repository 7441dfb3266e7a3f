import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../../bin/ckpt/pins/write-pins.ts';
import { aFolder } from './folder.ts';

describe('replaceFile', () => {
  it('makes a file, and leaves nothing else behind', async () => {
    await using folder = await aFolder();
    await replaceFile(folder.in('a'), 'text');
    expect(await readFile(folder.in('a'), 'utf8')).toBe('text');
    expect(await readdir(folder.path)).toEqual(['a']);
  });

  it('keeps the mode of a file', async () => {
    await using folder = await aFolder();
    await writeFile(folder.in('a'), 'old');
    await chmod(folder.in('a'), 0o640);
    await replaceFile(folder.in('a'), 'new');
    expect((await stat(folder.in('a'))).mode & 0o777).toBe(0o640);
    expect(await readFile(folder.in('a'), 'utf8')).toBe('new');
  });

  it('writes through a symbolic link', async () => {
    await using folder = await aFolder();
    await writeFile(folder.in('a'), 'old');
    await symlink('a', folder.in('link'));
    await replaceFile(folder.in('link'), 'new');
    expect(await readlink(folder.in('link'))).toBe('a');
    expect(await readFile(folder.in('a'), 'utf8')).toBe('new');
  });

  it('leaves the old text where the new one cannot be put, and cleans up', async () => {
    await using folder = await aFolder();
    await mkdir(folder.in('a'));
    await expect(replaceFile(folder.in('a'), 'new')).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
    await expect(replaceFile(folder.in('none/b'), 'new')).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(folder.in('c'), 'old');
    await expect(replaceFile(folder.in('c/d'), 'new')).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(await readdir(folder.path)).toEqual(['a', 'c']);
    expect(await readFile(folder.in('c'), 'utf8')).toBe('old');
  });
});
