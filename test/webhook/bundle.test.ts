import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { bundle, handlerPath } from '../../lib/bundle.ts';
import { secretOf, signed } from '../core/webhook/signing.ts';
import { key } from './endpoint.ts';
import { httpEvent, JOB_EVENT } from './events.ts';
import { startFunction } from './function.ts';

const directory = mkdtempSync(join(tmpdir(), 'webhook-bundle-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('the webhook function works as the stack bundles it', async () => {
  const secret = () => ({ status: 200, body: { SecretString: secretOf(key) } });
  const outfile = bundle(handlerPath('webhook'), directory);
  const running = await startFunction(pathToFileURL(outfile).href, { secret, queue: 'up' });
  try {
    const delivery = signed(key, JOB_EVENT, Math.floor(Date.now() / 1000));
    const answer = await running.deliver(httpEvent('research', delivery));
    expect(answer).toMatchObject({ statusCode: 200, body: '{"message":"accepted"}' });
  } finally {
    await running.stop();
  }
});
