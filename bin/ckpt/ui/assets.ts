import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

/** The files of the page by their path, `/index.html` and what it names. */
export type Assets = ReadonlyMap<string, Asset>;

/** Where the package has them, seen from where it has this program. */
const PACKED = join(import.meta.dirname, '..', '..', 'page');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page as it was bundled into the package; in a checkout it is bundled now. */
export async function readAssets(): Promise<Assets> {
  const files = existsSync(PACKED) ? await readFolder(PACKED) : await (await import('./bundle-page.ts')).bundlePage();
  return new Map(
    [...files].map(([name, body]) => [`/${name}`, { body, type: TYPES[extname(name)] ?? 'application/octet-stream' }]),
  );
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}
