import { describe, expect, it } from 'vitest';
import { type Reply, startLambda } from './lambda-server.ts';
import { type RunOptions, runCkpt } from './run-ckpt.ts';

const noKey = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined };
const refused = (error: string, status: number, message: string): Reply => ({ error, status, message });
const threw = (errorType: string, errorMessage: string): Reply => ({
  threw: { errorType, errorMessage, trace: ['at secretPlace (/var/task/index.mjs:1:1)'] },
});

/** Runs `ckpt list` against a Lambda that always answers so. */
async function listAgainst(reply: Reply, args: readonly string[] = [], options: RunOptions = {}) {
  await using lambda = await startLambda(() => reply);
  const ended = await runCkpt(['list', ...args], { url: lambda.url, ...options });
  return { ...ended, url: lambda.url };
}

/** An error is one or two sentences: no stack, no secret, nothing on standard output. */
function expectSentences({ code, stdout, stderr }: Awaited<ReturnType<typeof runCkpt>>) {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).not.toMatch(/^\s+at |secretPlace|secret-access-key|session-token/m);
  expect(stderr).toMatch(/^ckpt: [^\n]+\.\n$/);
}

describe('ckpt says what is wrong and what to do', () => {
  it.each<[string, Reply, string]>([
    [
      'no such function',
      refused('ResourceNotFoundException', 404, 'Function not found: arn:aws:lambda:eu-west-1:1:function:x'),
      'There is no function CheckpointSharing-operator in eu-west-1 at URL. Check --stack, --region and the account',
    ],
    [
      'no permission',
      refused(
        'AccessDeniedException',
        403,
        'User: arn:aws:iam::123456789012:user/jo is not authorized to perform: lambda:InvokeFunction on resource: x',
      ),
      'AWS does not let arn:aws:iam::123456789012:user/jo do lambda:InvokeFunction on CheckpointSharing-operator in eu-west-1',
    ],
    [
      'expired credentials',
      refused('ExpiredTokenException', 403, 'The security token included in the request is expired'),
      'Your AWS credentials have expired. Sign in again',
    ],
    [
      'a wrong secret',
      refused('InvalidSignatureException', 403, 'Does not match.\n\nx-amz-security-token:session-token\n'),
      'AWS does not accept your credentials in eu-west-1 at URL. Check access key and secret',
    ],
    [
      'too much at once',
      refused('TooManyRequestsException', 429, 'Rate Exceeded.'),
      'Lambda does not start CheckpointSharing-operator now',
    ],
    [
      'an error of AWS that nobody foresaw',
      refused('KMSDisabledException', 502, 'The key is disabled.'),
      'CheckpointSharing-operator could not be asked: KMSDisabledException: The key is disabled. Repeat',
    ],
    [
      'a function that does not start',
      threw('SettingsError', 'Environment variables are missing: LEDGER_TABLE'),
      'CheckpointSharing-operator failed: SettingsError: Environment variables are missing: LEDGER_TABLE. Its log',
    ],
    [
      'a function that runs out of time',
      threw('Sandbox.Timedout', 'RequestId: 1 Error: Task timed out after 60.00 seconds'),
      'CheckpointSharing-operator did not finish within its time limit. Ask again',
    ],
    [
      'an answer that is too large',
      threw(
        'Function.ResponseSizeTooLarge',
        'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      ),
      'The answer of CheckpointSharing-operator is larger than the 6 MB',
    ],
    [
      'a text that a terminal would obey',
      threw('Error', 'before \u001b[2Jafter'),
      'CheckpointSharing-operator failed: Error: before [2Jafter. Its log',
    ],
    ['another function', { returned: 'hello' }, 'answered with something that this command does not understand. Check'],
    [
      'a function without an answer',
      { returned: null },
      'answered with something that this command does not understand',
    ],
    ['half an answer', { returned: { ok: true } }, 'answered with something that this command does not understand'],
  ])('%s', async (_, reply, expected) => {
    const ended = await listAgainst(reply);
    expectSentences(ended);
    expect(ended.stderr).toContain(expected.replace('URL', ended.url));
  });

  it('no permission for the keys function, which takes another than the one for the operator', async () => {
    const text = 'User: arn:aws:iam::123456789012:user/jo is not authorized to perform: lambda:InvokeFunction';
    await using lambda = await startLambda(() => refused('AccessDeniedException', 403, text));
    const ended = await runCkpt(['admin-keys', 'list'], { url: lambda.url });
    expectSentences(ended);
    expect(ended.stderr).toContain('lambda:InvokeFunction on CheckpointSharing-keys in eu-west-1');
    expect(ended.stderr).toContain('another permission than the one for the operator function');
  });

  it.each<[string, readonly string[], RunOptions, string]>([
    ['no credentials', [], { env: noKey }, 'No AWS credentials were found. Name a profile with --profile'],
    [
      'no such profile',
      ['--profile', 'ops'],
      { env: noKey },
      'There is no AWS profile "ops": neither /nowhere/config nor /nowhere/credentials has it.',
    ],
    ['no region', [], { env: { AWS_REGION: undefined } }, 'No AWS region was found. Name the region'],
    ['a bad region', ['--region', 'no/where'], {}, '"no/where" is no AWS region. Name the region'],
    ['nobody there', [], { url: 'http://127.0.0.1:9' }, 'http://127.0.0.1:9 cannot be reached (ECONNREFUSED). Check'],
  ])('%s', async (_, args, options, expected) => {
    const ended = await runCkpt(['list', ...args], { url: 'http://127.0.0.1:9', ...options });
    expectSentences(ended);
    expect(ended.stderr).toContain(expected);
  });

  it('with --json also as the one document on standard output', async () => {
    const reply = refused('ResourceNotFoundException', 404, 'Function not found');
    const { code, stdout, stderr } = await listAgainst(reply, ['--json', '--stack', 'Other']);
    expect(code).toBe(1);
    const { error } = JSON.parse(stdout);
    expect(error).toEqual({
      name: 'NoStackError',
      message: expect.stringContaining('There is no function Other-operator in eu-west-1'),
      next: expect.stringContaining('--stack'),
    });
    expect(stderr).toBe(`ckpt: ${error.message} ${error.next}\n`);
  });

  it('with CKPT_DEBUG=1 also where from, but not what AWS echoes of the signed request', async () => {
    const reply = refused('InvalidSignatureException', 403, 'Does not match.\n\nx-amz-security-token:session-token\n');
    const { stderr } = await listAgainst(reply, [], { env: { CKPT_DEBUG: '1' } });
    expect(stderr).toMatch(/InvalidSignatureException: Does not match\n\s+at /);
    expect(stderr).not.toContain('session-token');
  });
});
