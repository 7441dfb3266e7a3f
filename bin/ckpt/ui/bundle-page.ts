import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What is taken as it is. */
const STATIC = ['index.html', 'icon.svg'];

/** Bundles the page, with all it imports, for a browser: the files by their name. */
export async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: 'page/main.tsx', out: 'page' },
      { in: 'page/page.css', out: 'page' },
    ],
    outdir: 'page',
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2023',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  });
  const made = outputFiles.map(({ path, contents }) => [basename(path), contents] as const);
  const taken = STATIC.map(async (name) => [name, await readFile(join(ROOT, 'page', name))] as const);
  return new Map([...made, ...(await Promise.all(taken))]);
}
