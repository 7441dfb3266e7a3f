import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Writes `docs/API.md`, the construct's reference; with `--check` it only fails where the file is not what it would write. */
const ROOT = resolve(import.meta.dirname, '..');
const TOOL = join(ROOT, 'tools', 'api-docs');
const FILE = join(ROOT, 'docs', 'API.md');

function write(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sharing-api-docs-'));
  try {
    const manifest = createRequire(join(TOOL, 'package.json')).resolve('typedoc/package.json');
    const options = [join(dirname(manifest), 'bin', 'typedoc'), '--options', TOOL, '--out', folder];
    const { status } = spawnSync(process.execPath, options, { cwd: TOOL, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) throw new Error('TypeDoc could not write the documents: what it says above is to be mended.');
    return `<!-- Written by "npm run docs" from lib/index.ts: change that. -->\n\n${readFileSync(join(folder, 'API.md'), 'utf8')}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const text = write();
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
  console.log('docs/API.md is written.');
} else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('docs/API.md is not what the construct says: run "npm run docs" and commit it.');
  process.exitCode = 1;
} else console.log('docs/API.md is current.');
