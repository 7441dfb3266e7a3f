import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { CHECKOUT } from '../local-cloud/environment.ts';
import type { Functions } from './simulate.ts';

const ERRORS = join(CHECKOUT, 'lambdas', 'core', 'errors.ts');
const MODULES = ['observe', 'operator', 'reconcile', 'share'];

/** The commit that is to be lived with: the last release, or the last commit but this where there was none; null without a history. */
export function earlierCommit(): string | null {
  for (const args of [
    ['describe', '--tags', '--abbrev=0', 'HEAD~1'],
    ['rev-parse', '--verify', 'HEAD~1'],
  ]) {
    try {
      return git(args).toString().trim();
    } catch {
      // No tag, no parent, or no git at all.
    }
  }
  return null;
}

/**
 * The functions of another commit, as its own simulation starts them, with its own use-cases and core. Only the classes of errors are
 * shared, since what they are told by must be the same on both sides of a port.
 */
export async function functionsOf(commit: string): Promise<Functions> {
  const folder = join(CHECKOUT, '.local', 'beside', git(['rev-parse', '--short', commit]).toString().trim());
  mkdirSync(folder, { recursive: true });
  const archive = git(['archive', commit, 'lambdas', 'test', 'package.json']);
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const outfile = join(folder, 'functions.mjs');
  await build({
    stdin: {
      contents: MODULES.map((name) => `export * from './test/simulation/functions/${name}.ts';`).join('\n'),
      resolveDir: folder,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [
      {
        name: 'errors of this commit',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/errors\.ts$/ }, ({ path, resolveDir }) =>
            join(resolveDir, path).endsWith(join('lambdas', 'core', 'errors.ts'))
              ? { path: pathToFileURL(ERRORS).href, external: true }
              : undefined,
          ),
      },
    ],
  });
  return import(pathToFileURL(outfile).href);
}

function git(args: readonly string[]): Buffer {
  return execFileSync('git', [...args], { cwd: CHECKOUT, maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] });
}
