import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundle, handlerPath } from '../lib/bundle.ts';
import { bundlePage } from './ckpt/ui/bundle-page.ts';
import { bundledFiles, CLI, CONSTRUCT, DIST, HANDLERS, ROOT } from './pack/bundles.ts';
import { notices, packagesOf } from './pack/licences.ts';
import { packTypes } from './pack/types.ts';

/**
 * Makes `dist/`: what `npm pack` takes beside the launcher, the schemas and the documents. The construct, the CLI, its page and the
 * functions are each bundled with what they need, so that nothing more is installed than the CDK, which whoever uses the construct has.
 */
rmSync(DIST, { recursive: true, force: true });
buildSync(CONSTRUCT);
buildSync(CLI);
for (const name of HANDLERS) bundle(handlerPath(name), join(DIST, 'functions', name));
mkdirSync(join(DIST, 'page'));
for (const [name, body] of await bundlePage()) writeFileSync(join(DIST, 'page', name), body);
packTypes(ROOT, join(DIST, 'types'));
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), notices(packagesOf(ROOT, bundledFiles())));
