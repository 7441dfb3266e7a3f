import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { secretOf, signed } from '../core/webhook/signing.ts';
import { key } from './endpoint.ts';
import { httpEvent, JOB_EVENT } from './events.ts';
import { startFunction } from './function.ts';

const MAX_GZIP_BYTES = 175_000;

async function bundle(directory: string) {
  const outfile = join(directory, 'index.mjs');
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../../lambdas/webhook/handler.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // The SDK's CommonJS remainders call require() for Node's own modules, which an ES module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    write: true,
    logLevel: 'error',
  });
  return { outfile, inputs: Object.keys(metafile.inputs) };
}

describe('the bundle', () => {
  it('is small, has two AWS clients, and works', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'webhook-bundle-'));
    try {
      const { outfile, inputs } = await bundle(directory);
      const clients = new Set(inputs.flatMap((path) => /@aws-sdk\/(client-[a-z-]+)\//.exec(path)?.[1] ?? []));
      expect([...clients].sort()).toEqual(['client-secrets-manager', 'client-sqs']);
      expect(gzipSync(await readFile(outfile)).length).toBeLessThanOrEqual(MAX_GZIP_BYTES);

      const secret = () => ({ status: 200, body: { SecretString: secretOf(key) } });
      const running = await startFunction(pathToFileURL(outfile).href, { secret, queue: 'up' });
      const answer = await running.deliver(
        httpEvent('research', signed(key, JOB_EVENT, Math.floor(Date.now() / 1000))),
      );
      await running.stop();
      expect(answer).toMatchObject({ statusCode: 200, body: '{"message":"accepted"}' });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
