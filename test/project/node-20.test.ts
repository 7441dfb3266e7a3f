import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKOUT } from '../local-cloud/environment.ts';

it('what is packed calls nothing that Node 20 has not, or is not given (else: bin/pack/node-20)', () => {
  const tsc = join(CHECKOUT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '--project', join('bin', 'pack', 'node-20')], {
    cwd: CHECKOUT,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
}, 120_000);
