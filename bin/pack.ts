import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { BUNDLED, bundle, FUNCTIONS, handlerPath, ROTATIONS } from '../lib/bundle.ts';
import { notices } from './pack/notices.ts';
import { packTypes } from './pack/types.ts';

/**
 * Makes `dist/`: what `npm pack` takes beside the launcher, the schemas and the documents. The construct, the CLI and the functions
 * are each bundled with what they need, so that nothing more is installed than the CDK, which whoever uses the construct has.
 */
const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

const PACKED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  // Out of support, and still what many machines have: older than what the checkout runs on.
  target: 'node20',
  inject: ['bin/pack/node-20.ts'],
  mainFields: BUNDLED.mainFields,
  define: BUNDLED.define,
  sourcemap: true,
  keepNames: true,
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** In CommonJS, which apps of either kind can load. It looks for the functions beside itself. */
function packConstruct(): readonly string[] {
  const { metafile } = buildSync({
    ...PACKED,
    entryPoints: ['lib/index.ts'],
    outfile: join(DIST, 'index.cjs'),
    format: 'cjs',
    external: ['aws-cdk-lib', 'constructs', 'esbuild'],
    define: { ...BUNDLED.define, 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  });
  return Object.keys(metafile.inputs);
}

/** As deep as its source is, for the paths that it makes from where it is. */
function packCli(): readonly string[] {
  const { metafile } = buildSync({
    ...PACKED,
    entryPoints: { main: 'bin/ckpt.ts' },
    outdir: join(DIST, 'bin', 'ckpt'),
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    banner: BUNDLED.banner,
  });
  return Object.keys(metafile.inputs);
}

function packFunctions(): readonly string[] {
  const names = [...FUNCTIONS, ...ROTATIONS];
  for (const name of names) bundle(handlerPath(name), join(DIST, 'functions', name));
  const again = {
    ...BUNDLED,
    entryPoints: names.map(handlerPath),
    outdir: DIST,
    metafile: true,
    write: false,
  } as const;
  return Object.keys(buildSync(again).metafile.inputs);
}

rmSync(DIST, { recursive: true, force: true });
const files = [...packConstruct(), ...packCli(), ...packFunctions()];
packTypes(ROOT, join(DIST, 'types'));
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), notices(ROOT, files));
