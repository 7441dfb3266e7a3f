import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startLambda } from './lambda-server.ts';
import { AS_OLD_NODE, LAUNCHER, runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

/** A checkout in which nothing was installed. */
async function bareCheckout() {
  const root = await mkdtemp(join(tmpdir(), 'ckpt-launcher-'));
  await mkdir(join(root, 'bin'));
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  const launcher = join(root, 'bin', 'ckpt.js');
  await copyFile(LAUNCHER, launcher);
  return { launcher, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

describe('the launcher of ckpt', () => {
  it.each([
    ['a Node that runs TypeScript', []],
    ['an older Node, by way of the packaged one', AS_OLD_NODE],
  ])('works with %s: arguments, output, and exit code come through', async (_, nodeOptions) => {
    await using stack = await startStack();
    const [good, bad] = await Promise.all([
      runCkpt(['list', '--json', '--rule', 'a rule "of" $HOME'], { url: stack.url, nodeOptions }),
      runCkpt(['list', '--state', 'none'], { url: stack.url, nodeOptions }),
    ]);
    expect(good).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
    expect(stack.invocations).toContainEqual(
      expect.objectContaining({ payload: expect.objectContaining({ filter: { rule: ['a rule "of" $HOME'] } }) }),
    );
    expect(bad).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no state "none".') });
  });

  it('says in one sentence which Node it needs where there is none', async () => {
    await using checkout = await bareCheckout();
    const { code, stdout, stderr } = await runCkpt(['list'], { launcher: checkout.launcher, nodeOptions: AS_OLD_NODE });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^ckpt: needs Node 22\.18 or later, but this is [\d.]+ and the packaged one is not installed: [^\n]+\.\n$/,
    );
  });

  it.each<[NodeJS.Signals, readonly string[]]>([
    ['SIGINT', []],
    ['SIGINT', AS_OLD_NODE],
    ['SIGTERM', AS_OLD_NODE],
  ])('ends by %s (%j) at once and whole, without a word', async (signal, nodeOptions) => {
    const asked = Promise.withResolvers<void>();
    await using lambda = await startLambda(() => {
      asked.resolve();
      return 'hang';
    });
    const ended = await runCkpt(['list', '--json'], {
      url: lambda.url,
      nodeOptions,
      onStart: (child) => void asked.promise.then(() => child.kill(signal)),
    });
    expect(ended).toEqual({ code: null, signal, stdout: '', stderr: '' });
    // The process that had the connection is gone, too.
    await lambda.lastConnectionClosed();
  });
});
