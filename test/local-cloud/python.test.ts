import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPython } from './python.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pythons-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** A command that answers as a Python of this kind would. */
async function pretend(name: string, script: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

test('takes the first that is recent and makes environments', async () => {
  const stub = await pretend('stub', 'echo "pyenv: command not found" >&2; exit 127');
  const old = await pretend('old', 'echo 3 9 1');
  const bare = await pretend('bare', 'echo 3 12 0');
  const good = await pretend('good', 'echo 3 13 1');
  const better = await pretend('better', 'echo 3 14 1');
  expect(await findPython([join(directory, 'missing'), stub, old, bare, good, better])).toBe(good);
});

test('says what to install where there is none', async () => {
  await expect(findPython([join(directory, 'missing')])).rejects.toThrow(/there is no python3 on the PATH: install it/);
});

test('says what to install where it is too old', async () => {
  const old = await pretend('python3-old', 'echo 3 9 1');
  await expect(findPython([old])).rejects.toThrow(/needs Python 3\.10 or later, and .*python3-old is 3\.9: install/);
});

test('says which package Debian leaves out', async () => {
  const bare = await pretend('python3-bare', 'echo 3 11 0');
  await expect(findPython([bare])).rejects.toThrow(/lacks: install them \(Debian, Ubuntu: apt install python3-venv\)/);
});
