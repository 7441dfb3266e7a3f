import type { ChildProcess } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCkpt } from '../run-ckpt.ts';
import { startStack } from '../stack.ts';
import { serve } from './serving.ts';

/** Runs `ckpt ui` until it has printed a line, does what is said with that, and ends it as Ctrl-C does. */
async function whileServing(args: readonly string[], url: string, act: (line: string) => Promise<void>) {
  let acted: Promise<void> | undefined;
  const onStart = (child: ChildProcess) => {
    child.stdout?.once('data', (text: string) => {
      acted = act(text).finally(() => child.kill('SIGINT'));
    });
  };
  const ended = await runCkpt(['ui', '--no-open', ...args], { url, onStart });
  await acted;
  return ended;
}

describe('ckpt ui', () => {
  it('prints where the page is, one line, and serves it until it is ended', async () => {
    await using stack = await startStack();
    const ended = await whileServing([], stack.url, async (line) => {
      expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/\n$/);
      const url = line.trim();
      const html = await (await fetch(url)).text();
      const files = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file = '']) => file);
      expect(files).toContain('page.js');
      for (const file of files) expect((await fetch(new URL(file, url))).status).toBe(200);
      const headers = { 'content-type': 'application/json' };
      const asked = await fetch(`${url}ask/list`, { method: 'POST', headers, body: '{}' });
      expect(await asked.json()).toMatchObject({ ok: true, result: { permissions: [] } });
      expect((await fetch(new URL('/', url))).status).toBe(401);
    });
    expect(ended).toMatchObject({ signal: 'SIGINT', stderr: '' });
    expect(ended.stdout.split('\n')).toHaveLength(2);
    expect(stack.invocations.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKIDTEST']);
  });

  it('prints one document with --json', async () => {
    await using stack = await startStack();
    const { stdout } = await whileServing(['--json'], stack.url, async () => undefined);
    expect(JSON.parse(stdout)).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//) });
  });

  it('says where it cannot listen, and which ports there are', async () => {
    await using page = await serve();
    expect(await runCkpt(['ui', '--no-open', '--port', String(page.port)])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `ckpt: Port ${page.port} of 127.0.0.1 cannot be listened on: something else listens there. Name another with --port, or leave it out for one that is free.\n`,
    });
    expect(await runCkpt(['ui', '--port', '65536'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('65535'),
    });
  });
});
