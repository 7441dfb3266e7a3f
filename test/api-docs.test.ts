import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('docs/API.md is current, and leaves nothing of the construct undocumented (else: npm run docs)', async () => {
  const program = join(import.meta.dirname, '..', 'bin', 'api-docs.ts');
  expect((await run(process.execPath, [program, '--check'])).stdout).toContain('is current');
}, 120_000);
