import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fits, notices, packagesOf } from '../../bin/pack/licences.ts';

const root = mkdtempSync(join(tmpdir(), 'sharing-licences-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('what this package brings along fits', () => {
  const program = join(import.meta.dirname, '..', '..', 'bin', 'licences.ts');
  expect(spawnSync(process.execPath, [program], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^The licences of [1-9]\d+ packages fit\.\n$/),
  });
});

it.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['GPL-3.0-only', false],
  ['Apache-2.0 AND GPL-3.0-only', false],
  ['', false],
  [undefined, false],
])(
  'one that asks for more, or names none, does not; nor all of it where one of two is to be kept: %s',
  (licence, is) => {
    expect(fits(licence)).toBe(is);
  },
);

it('counts each package once, the innermost, and takes its licence along', () => {
  const write = (folder: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
  };
  write('node_modules/@a/b', {
    'package.json': '{"name":"@a/b","version":"1.0.0","license":"MIT"}',
    LICENSE: 'Keep.\n',
  });
  write('node_modules/@a/b/node_modules/c', { 'package.json': '{"name":"c","version":"2.0.0"}' });
  const files = [
    'lib/index.ts',
    'node_modules/@a/b/x.js',
    'node_modules/@a/b/dist/y.js',
    'node_modules/@a/b/node_modules/c/z.js',
  ];
  const packages = packagesOf(root, files);
  expect(packages.map(({ name, license }) => [name, license])).toEqual([
    ['@a/b', 'MIT'],
    ['c', undefined],
  ]);
  expect(notices(packages)).toMatch(/@a\/b 1\.0\.0, MIT\n\nKeep\.\n/);
});
