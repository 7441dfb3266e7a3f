import { describe, expect, it } from 'vitest';
import { webhookSend } from '../../bin/ckpt/webhook/send.ts';
import { createOperator } from '../../lambdas/use-cases/operate/operate.ts';
import { secretOf } from '../core/webhook/signing.ts';
import { operatorDeps } from '../use-cases/operate/ask.ts';
import { runCkpt } from './run-ckpt.ts';
import { openTestSession } from './session.ts';
import { startStack } from './stack.ts';
import { type Instead, startReceiver } from './webhook/receiver.ts';

const WEBHOOK_ID = /wh_[0-9a-f]{32}/g;

/** Runs it in a process of its own, against a stack on loopback. */
async function send(...args: readonly string[]) {
  await using receiver = await startReceiver();
  await using stack = await startStack(receiver.deps);
  const ended = await runCkpt(['webhook', 'send', '--source', 'research', ...args], { url: stack.url });
  const { queued, requests, port } = receiver;
  return { ...ended, queued, requests, port };
}

/** Runs it in this process. */
async function sendHere(options: Partial<Parameters<typeof webhookSend.run>[1]>, instead: Instead | null = null) {
  await using receiver = await startReceiver(instead);
  const { session } = openTestSession(receiver.deps);
  const answer = await webhookSend.run(session, { source: 'research', ...options }, []);
  return { exitCode: answer.exitCode, text: answer.text(), requests: receiver.requests };
}

describe('ckpt webhook send', () => {
  it('delivers a genuine event that nobody has a use for, and says what came back', async () => {
    const { code, stdout, stderr, port, queued } = await send();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(WEBHOOK_ID, 'wh_ID').replaceAll(String(port), 'PORT')).toBe(
      [
        'checkpoint_sharing.test to http://127.0.0.1:PORT/webhooks/research (wh_ID)',
        '  200 {"message":"ignored"}',
        'As expected: 200.',
        '',
      ].join('\n'),
    );
    expect(queued).toEqual([]);
  });

  it('with --job tells that the job has ended, and the job is queued', async () => {
    const { code, stdout, queued } = await send('--job', 'ftjob-AbC');
    expect(code).toBe(0);
    expect(stdout).toContain('fine_tuning.job.succeeded to ');
    expect(queued).toMatchObject([{ source: 'research', jobId: 'ftjob-AbC' }]);
    const { requests } = await sendHere({ job: 'ftjob-AbC', type: 'fine_tuning.job.failed' });
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ type: 'fine_tuning.job.failed' });
  });

  it('with --duplicate sends the very same delivery twice', async () => {
    const { code, stdout, requests } = await send('--duplicate', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      source: 'research',
      url: expect.stringMatching(/\/webhooks\/research$/),
      webhookId: expect.stringMatching(WEBHOOK_ID),
      type: 'checkpoint_sharing.test',
      expected: 200,
      ok: true,
      deliveries: [
        { status: 200, body: '{"message":"ignored"}' },
        { status: 200, body: '{"message":"ignored"}' },
      ],
    });
    expect(requests[1]).toEqual(requests[0]);
  });

  it.each([
    ['--late', '600 s in the past'],
    ['--bad-signature', 'does not match'],
  ])('with %s expects to be refused', async (option, message) => {
    const { code, stdout } = await send(option);
    expect(code).toBe(0);
    expect(stdout).toContain(message);
    expect(stdout).toContain('As expected: 401.');
  });

  it.each<[string, object, Instead, string]>([
    ['a webhook function that is not well', {}, { status: 503 }, 'docs/runbook.md#webhook-errors'],
    ['another secret', {}, { status: 401 }, 'verifies with another secret or clock'],
    ['no such source', {}, { status: 404 }, 'There is no such source at this URL'],
    ['somebody who does not verify', { badSignature: true }, { status: 200 }, 'does not verify deliveries'],
    ['a gateway that refuses', {}, { status: 418 }, 'Something on the way refuses it'],
  ])('ends with 1 at %s, and says where to look', async (_, options, instead, message) => {
    const { exitCode, text } = await sendHere(options, instead);
    expect(exitCode).toBe(1);
    expect(text).toContain(message);
  });

  it('does not follow a redirect', async () => {
    const redirect = { status: 307, headers: { location: '/webhooks/research' } };
    const { exitCode, text, requests } = await sendHere({}, redirect);
    expect({ exitCode, requests: requests.length }).toEqual({ exitCode: 1, requests: 1 });
    expect(text).toContain('a redirect, which OpenAI does not follow');
  });

  it('delivers to another URL, and reaches names under localhost on this machine', async () => {
    await using receiver = await startReceiver();
    const { webhookUrl: _, ...deps } = receiver.deps;
    await using stack = await startStack(deps);
    const url = `http://abc123.execute-api.localhost:${receiver.port}/webhooks/research`;
    const { code } = await runCkpt(['webhook', 'send', '--source', 'research', '--url', url], { url: stack.url });
    expect(code).toBe(0);
    expect(receiver.requests).toMatchObject([{ host: `abc123.execute-api.localhost:${receiver.port}` }]);
  });
});

describe('ckpt webhook send refuses', () => {
  const run = async (...args: readonly string[]) => {
    await using receiver = await startReceiver();
    await using stack = await startStack(receiver.deps);
    return await runCkpt(['webhook', 'send', ...args], { url: stack.url });
  };

  it.each<[string, readonly string[], RegExp]>([
    ['an event of a job without one', ['--source', 'research', '--type', 'fine_tuning.job.failed'], /--job ftjob-/],
    ['what is no job', ['--source', 'research', '--job', 'job-1'], /"job-1" is no job/],
    ['a type that there is not', ['--source', 'research', '--type', 'x'], /Allowed choices are/],
    ['a mistyped source', ['--source', 'reserch'], /Did you mean "research"\?/],
    ['no source', [], /--source <alias>/],
    ['what is no URL', ['--source', 'research', '--url', 'ftp://x'], /is no URL that can be posted to/],
    ['a URL that nobody answers at', ['--source', 'research', '--url', 'http://127.0.0.1:9/x'], /ECONNREFUSED/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('a key in the place of a job, and does not repeat it', async () => {
    const secret = secretOf(Buffer.alloc(32, 5));
    const { code, stderr } = await run('--source', 'research', '--job', secret);
    expect(code).toBe(1);
    expect(stderr).not.toContain(secret);
  });
});

describe('the operator function', () => {
  it('says nothing of the secret in the delivery that it hands out', async () => {
    await using receiver = await startReceiver();
    const request = { command: 'webhook-sign', source: 'research', type: 'checkpoint_sharing.test' };
    const answer = await createOperator(operatorDeps(receiver.deps))(request, 'request-1');
    expect(answer.ok).toBe(true);
    expect(JSON.stringify(answer)).not.toContain(Buffer.alloc(32, 1).toString('base64'));
  });
});
