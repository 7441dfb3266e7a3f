import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** How the page is bundled, with all that it imports, for a browser. */
export const PAGE = {
  absWorkingDir: ROOT,
  entryPoints: [
    { in: 'page/main.tsx', out: 'page' },
    { in: 'page/page.css', out: 'page' },
  ],
  outdir: 'page',
  bundle: true,
  platform: 'browser',
  target: 'es2023',
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** What is taken as it is. */
const STATIC = ['index.html', 'icon.svg'];

/** The files of the page by their name, made from the checkout. */
export async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({ ...PAGE, entryPoints: [...PAGE.entryPoints], write: false });
  const made = outputFiles.map(({ path, contents }) => [basename(path), contents] as const);
  const taken = STATIC.map(async (name) => [name, await readFile(join(ROOT, 'page', name))] as const);
  return new Map([...made, ...(await Promise.all(taken))]);
}
