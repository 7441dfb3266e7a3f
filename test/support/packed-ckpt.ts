import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundlePage } from '../../bin/ckpt/ui/bundle-page.ts';
import { CLI, ROOT } from '../../bin/pack/bundles.ts';

/**
 * The CLI and its page in a folder of their own, as the package has them: started so, it takes half of the processor time that
 * the files of the checkout take. `launcher` is what to start.
 */
export async function packCkpt() {
  const folder = await mkdtemp(join(tmpdir(), 'packed-ckpt-'));
  const launcher = join(folder, 'bin', 'ckpt.js');
  const page = join(folder, 'dist', 'page');
  await mkdir(page, { recursive: true });
  await Promise.all([
    build({ ...CLI, outdir: join(folder, 'dist', 'bin', 'ckpt') }),
    bundlePage().then((files) => Promise.all([...files].map(([name, body]) => writeFile(join(page, name), body)))),
    cp(join(ROOT, 'package.json'), join(folder, 'package.json')),
    cp(join(ROOT, 'bin', 'ckpt.js'), launcher),
  ]);
  return { launcher, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
