import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckUpNews } from '../../../bin/ckpt/ui/check-up.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { wellLedger } from '../../use-cases/operate/doctor/examine.ts';
import { type OpenAIScene, startOpenAIScene } from '../../use-cases/operate/openai-scene.ts';
import { send, serve } from './serving.ts';

let scene: OpenAIScene;
beforeEach(async () => {
  scene = await startOpenAIScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const HEADERS = { 'content-type': 'application/json' };

async function checkUpOf(url: string): Promise<readonly CheckUpNews[]> {
  const response = await fetch(`${url}check-up`, { method: 'POST', headers: HEADERS });
  return (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The first lines of an answer that goes on. */
async function linesOf(response: Response, count: number): Promise<readonly CheckUpNews[]> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const lines = text.split('\n').slice(0, -1);
    if (lines.length >= count) return lines.map((line) => JSON.parse(line));
  }
  throw new Error(`It has ended with ${text}`);
}

describe('a check-up', () => {
  it('tells what ckpt doctor finds, this machine included, and delivers no test event', async () => {
    await using page = await serve({ ...scene.deps, ledger: await wellLedger(), now: Date.now });
    const told = await checkUpOf(page.url);
    const last = told.at(-1);
    if (last?.kind !== 'found') throw new Error(JSON.stringify(told));
    const checks = new Set(last.findings.map(({ check }) => check.split(' ')[0]));
    for (const check of ['admin-key', 'project-key', 'webhook-secret', 'cli-version', 'local-clock']) {
      expect(checks).toContain(check);
    }
    expect(checks).not.toContain('webhook-test');
    expect(last.ok).toBe(last.findings.every(({ state }) => state !== 'bad'));
  });

  it('says what it waits for while it does, and ends with whoever has left', async () => {
    const store = createInMemoryPacerStore();
    const pacer = createPacer(store, { ...DEFAULT_PACER_RULES, limit: 6 }, Date.now);
    for (let call = 0; call < 6; call++) await pacer.start('checkpoint-permissions.list', 'fresh');
    await using page = await serve({
      ...scene.deps,
      ledger: await wellLedger(),
      pacer,
      pacerStore: store,
      now: Date.now,
    });
    const leaving = new AbortController();
    const response = await fetch(`${page.url}check-up`, { method: 'POST', headers: HEADERS, signal: leaving.signal });
    const [soFar, says] = await linesOf(response, 2);
    expect(soFar?.kind === 'so-far' && soFar.findings.map(({ state }) => state)).toContain('waiting');
    expect(says).toEqual({
      kind: 'says',
      line: expect.stringMatching(/^Not checked yet: admin-key .*; each takes an admin call\. Asking again in 1 min/),
    });
    leaving.abort();
    await page.close();
  });

  it('tells why nothing can be looked at', async () => {
    await using page = await serve({
      ...scene.deps,
      now: () => {
        throw new Error('no clock');
      },
    });
    expect(await checkUpOf(page.url)).toEqual([
      { kind: 'problem', problem: expect.objectContaining({ next: expect.any(String) }) },
    ]);
  });

  it('is begun by the page alone, and by no look at an address', async () => {
    await using page = await serve();
    const path = `/${page.token}/check-up`;
    expect(await send(page.port, path)).toMatchObject({ status: 403 });
    expect(await send(page.port, path, { 'content-type': 'text/plain' }, 'POST')).toMatchObject({ status: 403 });
    expect(await send(page.port, '/nonsense/check-up', HEADERS, 'POST')).toMatchObject({ status: 401 });
  });
});
