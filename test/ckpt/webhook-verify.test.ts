import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { webhookVerify } from '../../bin/ckpt/webhook/verify.ts';
import { type Signed, signed } from '../core/webhook/signing.ts';
import { NOW } from '../use-cases/operate/ask.ts';
import { JOB_EVENT } from '../webhook/events.ts';
import { aFolder } from './folder.ts';
import { runCkpt } from './run-ckpt.ts';
import { openTestSession } from './session.ts';
import { startStack } from './stack.ts';
import { RESEARCH_KEY, startReceiver } from './webhook/receiver.ts';

const genuine = signed(RESEARCH_KEY, JOB_EVENT, NOW / 1000);

/** The delivery as a proxy writes it down. */
const requestOf = ({ id, timestamp, signature, body }: Signed) =>
  Buffer.concat([
    Buffer.from(
      [
        'POST /webhooks/research HTTP/1.1',
        'Host: abc123.execute-api.eu-west-1.amazonaws.com',
        `Content-Length: ${genuine.body.byteLength}`,
        `Webhook-Id: ${id}`,
        `Webhook-Timestamp: ${timestamp}`,
        `Webhook-Signature: ${signature}`,
        '',
        '',
      ].join('\r\n'),
    ),
    body,
  ]);

/** Verifies what is in files: their names are those of the options. */
async function verify(files: Readonly<Record<string, string | Uint8Array>>, args: readonly string[] = []) {
  await using folder = await aFolder();
  await using receiver = await startReceiver();
  await using stack = await startStack(receiver.deps);
  const options: string[] = [];
  for (const [option, content] of Object.entries(files)) {
    await writeFile(folder.in(option), content);
    options.push(`--${option}`, folder.in(option));
  }
  return await runCkpt(['webhook', 'verify', '--source', 'research', ...options, ...args], { url: stack.url });
}

describe('ckpt webhook verify', () => {
  it('of a genuine request says what was found, and ends with 0', async () => {
    const { code, stdout, stderr } = await verify({ request: requestOf(genuine) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "✓ id                   passed
      ✓ timestamp-format     passed
      ✓ signature-format     passed
      ✓ timestamp-tolerance  passed
      ✓ signature            It is of the current secret.
      ✓ event                It asks to look at ftjob-1.
      It is accepted (fine_tuning.job.succeeded, ftjob-1).
      "
    `);
  });

  it('of one with a line end too many names the check and the doubt, and ends with 1', async () => {
    const body = Buffer.concat([genuine.body, Buffer.from('\n')]);
    const { code, stdout } = await verify({ request: requestOf({ ...genuine, body }) });
    expect(code).toBe(1);
    expect(stdout).toContain('✗ signature            webhook-signature does not match: ');
    expect(stdout).toContain('Its content-length says');
    expect(stdout).toContain('It is refused (fine_tuning.job.succeeded, ftjob-1): signature.');
  });

  it('takes a delivery in parts, and prints one document with --json', async () => {
    const { id, timestamp, signature } = signed(RESEARCH_KEY, JOB_EVENT, NOW / 1000 - 86_400);
    const parts = ['--id', id, '--timestamp', timestamp, '--signature', signature, '--json'];
    const late = await verify({ body: JOB_EVENT }, parts);
    expect(late.code).toBe(1);
    expect(JSON.parse(late.stdout)).toMatchObject({ source: 'research', accepted: false, doubt: null });
    for (const at of ['2026-11-19T12:00:00Z', timestamp]) {
      expect(await verify({ body: JOB_EVENT }, [...parts, '--at', at])).toMatchObject({ code: 0 });
    }
  });

  it('reports every header that is missing', async () => {
    const { code, stdout } = await verify({ body: JOB_EVENT });
    expect(code).toBe(1);
    expect(stdout).toContain('refused (fine_tuning.job.succeeded, ftjob-1): id, timestamp-format, signature-format,');
  });

  it.each<[string, readonly string[], string]>([
    ['nothing', [], 'No delivery was given'],
    ['a whole and parts', ['--request', 'x', '--id', 'wh_1'], 'as a whole or in parts, not both'],
    ['a file that is not there', ['--request', '/nowhere/request'], 'There is no file /nowhere/request'],
    ['a time that is none', ['--request', 'x', '--at', 'noon'], '2026-11-20T12:00:00Z'],
  ])('refuses %s', async (_, args, message) => {
    const { code, stdout, stderr } = await verify({}, args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('is asked of the operator function with the bytes as they are', async () => {
    await using folder = await aFolder();
    await using receiver = await startReceiver();
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x0a]);
    const { id, timestamp, signature } = signed(RESEARCH_KEY, bytes, NOW / 1000);
    await writeFile(folder.in('body'), bytes);
    const { session } = openTestSession(receiver.deps);
    const options = { source: 'research', id, timestamp, signature, body: folder.in('body') };
    const { document, exitCode } = await webhookVerify.run(session, options, []);
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ check: 'signature', passed: true })]),
    });
  });
});
