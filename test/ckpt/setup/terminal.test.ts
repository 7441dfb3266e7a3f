import { describe, expect, it } from 'vitest';
import { awsError, startAwsServer } from '../../adapters/secrets/aws-server.ts';
import { onTerminal } from '../../support/on-terminal.ts';
import { startLambda } from '../lambda-server.ts';
import { CKPT } from '../run-ckpt.ts';

const KEY = `sk-admin-${'a1B2'.repeat(12)}`;
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf';
const PROMPT = 'Admin key (not shown): ';

/** A stack whose admin key is missing, and a Secrets Manager that lets nobody put one in. */
async function setUpTyping(answer: string) {
  const problem = `The secret ${SECRET} is empty.`;
  const adminKey = { secret: SECRET, state: 'empty', problem, redactedValue: null };
  await using lambda = await startLambda(() => ({ returned: { ok: true, result: { adminKey, sources: [] } } }));
  const aws = await startAwsServer(() => awsError('AccessDeniedException', 'User: arn:aws:iam::1:user/jo may not'));
  const ended = await onTerminal([process.execPath, CKPT, 'setup'], [[PROMPT, answer]], {
    PATH: process.env.PATH,
    TERM: 'xterm',
    AWS_ENDPOINT_URL: lambda.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'secret-access-key',
    AWS_CONFIG_FILE: '/nowhere/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
  }).finally(() => aws.close());
  return { ...ended, lambda: JSON.stringify(lambda.invocations), put: aws.calls.map(({ body }) => body.SecretString) };
}

describe('the admin key on a terminal', () => {
  it('is typed unseen, and goes to Secrets Manager and to nobody else', async () => {
    const { code, shown, lambda, put } = await setUpTyping(`${KEY}\r`);
    expect(put).toEqual([KEY]);
    expect(shown).toContain(PROMPT);
    expect(`${shown}${lambda}`).not.toContain(KEY.slice(0, 16));
    expect({ code, isTold: shown.includes('secretsmanager:PutSecretValue') }).toEqual({ code: 1, isTold: true });
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['the end of the input', '\u0004'],
    ['nothing', '\r'],
  ])('is not put in where %s is typed', async (_, answer) => {
    const { code, shown, put } = await setUpTyping(answer);
    expect({ code, put }).toEqual({ code: 1, put: [] });
    expect(shown).toContain('No key was given; nothing was done.');
  });
});
