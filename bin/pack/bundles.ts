import { join, resolve } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { BUNDLED, FUNCTIONS, handlerPath, ROTATIONS } from '../../lib/bundle.ts';
import { PAGE } from '../ckpt/ui/bundle-page.ts';

export const ROOT = resolve(import.meta.dirname, '..', '..');
export const DIST = join(ROOT, 'dist');

const PACKED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  // Out of support, and still what many machines have: older than what the checkout runs on.
  target: 'node20',
  inject: ['bin/pack/node-20/add.ts'],
  mainFields: BUNDLED.mainFields,
  define: BUNDLED.define,
  sourcemap: true,
  keepNames: true,
  charset: 'utf8',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** In CommonJS, which apps of either kind can load. It looks for the functions beside itself. */
export const CONSTRUCT = {
  ...PACKED,
  entryPoints: ['lib/index.ts'],
  outfile: join(DIST, 'index.cjs'),
  format: 'cjs',
  external: ['aws-cdk-lib', 'constructs', 'esbuild'],
  define: { ...BUNDLED.define, 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
} as const satisfies BuildOptions;

/** As deep as its source is, for the paths that it makes from where it is. */
export const CLI = {
  ...PACKED,
  entryPoints: { main: 'bin/ckpt.ts' },
  outdir: join(DIST, 'bin', 'ckpt'),
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  splitting: true,
  // Only a checkout bundles the page when it is asked for: the package has it.
  external: ['esbuild'],
  banner: BUNDLED.banner,
} as const satisfies BuildOptions;

export const HANDLERS = [...FUNCTIONS, ...ROTATIONS];

/** The files, from the root, that the package is made of: the project's own and other packages'. */
export function bundledFiles(): readonly string[] {
  const functions = { ...BUNDLED, entryPoints: HANDLERS.map(handlerPath), outdir: DIST };
  const page = { ...PAGE, entryPoints: [...PAGE.entryPoints] };
  return [CONSTRUCT, CLI, functions, page].flatMap((options) => {
    const { metafile } = buildSync({ ...options, metafile: true, write: false });
    return Object.keys(metafile.inputs);
  });
}
