import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'sharing-licences-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'licences.ts');

function run(packages?: object) {
  const file = join(directory, 'lock.json');
  if (packages !== undefined) writeFileSync(file, JSON.stringify({ packages }));
  const given = packages === undefined ? [] : [file];
  return spawnSync(process.execPath, [PROGRAM, ...given], { encoding: 'utf8' });
}

it('what this package brings along fits', () => {
  expect(run()).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^The licences of \d+ packages fit\.\n$/),
  });
});

it('one that asks for more, or names none, does not; nor all of it where one of two is to be kept', () => {
  const { status, stderr } = run({
    '': { license: 'MIT' },
    'node_modules/a': { license: '(MIT OR GPL-3.0-or-later)' },
    'node_modules/b': { license: 'GPL-3.0-only', dev: true },
    'node_modules/c': { license: 'Apache-2.0 AND GPL-3.0-only' },
    'node_modules/d': {},
  });
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^node_modules\/c has Apache-2\.0 AND GPL-3\.0-only: /),
    expect.stringMatching(/^node_modules\/d has no licence: /),
  ]);
});
