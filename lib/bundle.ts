import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** The functions of the stack; each is `lambdas/<name>/handler.ts`. */
export const FUNCTIONS = ['webhook', 'observe', 'share', 'reconcile', 'operator', 'keys', 'publish'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Those of which each is there only where its rotation is on. */
export const ROTATIONS = ['rotate-admin-key', 'rotate-project-key', 'rotate-webhook-secret'] as const;
export type RotationName = (typeof ROTATIONS)[number];

export function handlerPath(name: FunctionName | RotationName): string {
  return join(ROOT, 'lambdas', name, 'handler.ts');
}

// Some dependencies (undici) are CommonJS, and what esbuild makes of their `require('node:…')` needs a real `require`.
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * Bundles a handler with all it imports into `<directory>/index.mjs`, with `files` (name → text) beside it; returns the
 * path of `index.mjs`. The same sources give the same bytes, so that nothing is deployed that did not change.
 *
 * No source map goes along: with it a cold start that logs an error took 100 ms longer (observe, 1.2 MB). The build being
 * repeatable, `sourcemap: true` here gives the map of any deployed commit when it is wanted.
 */
export function bundle(entry: string, directory: string, files: Readonly<Record<string, string>> = {}): string {
  const outfile = join(directory, 'index.mjs');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ES module builds of the AWS SDK first: the CommonJS ones, Node's default, cannot be tree-shaken.
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    // As Node's own build of undici: without its second HTTP parser, which only an environment variable switches on.
    define: { esbuildDetection: '1' },
    minify: true,
    // 5 % more bytes, for stack traces in which functions have their names.
    keepNames: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return outfile;
}
