import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { BuildOptions } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** The functions of the stack; each is `lambdas/<name>/handler.ts`. */
export const FUNCTIONS = ['webhook', 'observe', 'share', 'reconcile', 'operator', 'keys', 'publish'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Those of which each is there only where its rotation is on. */
export const ROTATIONS = ['rotate-admin-key', 'rotate-project-key', 'rotate-webhook-secret'] as const;
export type RotationName = (typeof ROTATIONS)[number];

/** Where the functions of the package are, bundled when it was packed. In a checkout there is no such folder. */
const PACKED = join(import.meta.dirname, 'functions');

/** Puts a function's code into `directory`, with `files` (name → text) beside it. */
export function writeCode(
  name: FunctionName | RotationName,
  directory: string,
  files: Readonly<Record<string, string>>,
): void {
  if (!existsSync(PACKED)) {
    bundle(handlerPath(name), directory, files);
    return;
  }
  rmSync(directory, { recursive: true, force: true });
  cpSync(join(PACKED, name), directory, { recursive: true });
  writeFiles(directory, files);
}

export function handlerPath(name: FunctionName | RotationName): string {
  return join(ROOT, 'lambdas', name, 'handler.ts');
}

// Some dependencies (undici) are CommonJS, and what esbuild makes of their `require('node:…')` needs a real `require`.
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** How a function is bundled, but for what and whither. */
export const BUNDLED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // What is imported when it is needed is a file by itself: the SDK's ways to credentials that are not used on Lambda, undici. In one
  // file with the rest a start would take half as long again.
  splitting: true,
  outExtension: { '.js': '.mjs' },
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
} satisfies BuildOptions;

/**
 * Bundles a handler with all it imports into `<directory>/index.mjs` and what that loads when it is needed, with `files` (name → text)
 * beside it; returns the path of `index.mjs`. The same sources give the same bytes, so that nothing is deployed that did not change;
 * a process bundles an entry once, and has no use for sources that change meanwhile.
 *
 * No source map goes along: with it a cold start that logs an error took 100 ms longer (observe, 1.2 MB). The build being
 * repeatable, `sourcemap: true` here gives the map of any deployed commit when it is wanted.
 */
export function bundle(entry: string, directory: string, files: Readonly<Record<string, string>> = {}): string {
  const modules = bundled.get(entry) ?? build(entry);
  bundled.set(entry, modules);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFiles(directory, modules);
  writeFiles(directory, files);
  return join(directory, 'index.mjs');
}

const bundled = new Map<string, Readonly<Record<string, Uint8Array>>>();

function build(entry: string): Readonly<Record<string, Uint8Array>> {
  // Only where something is to be bundled: the package does without it.
  const { buildSync } = createRequire(import.meta.filename)('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({ ...BUNDLED, entryPoints: { index: entry }, outdir: ROOT, write: false });
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}

function writeFiles(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(directory, name), contents);
}
