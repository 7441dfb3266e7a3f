import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createOperator } from '../../bin/ckpt/aws/operator-function.ts';
import { startLambda } from './lambda-server.ts';

afterEach(() => vi.unstubAllEnvs());

/** A file of credentials, in which another key can be put. */
async function credentialsFile() {
  const file = join(await mkdtemp(join(tmpdir(), 'ckpt-credentials-')), 'credentials');
  // It is set by whoever reads the profile.
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
  vi.stubEnv('AWS_CONFIG_FILE', `${file}-none`);
  return (accessKeyId: string) => {
    const keys = [`aws_access_key_id = ${accessKeyId}`, 'aws_secret_access_key = secret', 'aws_session_token = token'];
    return writeFile(file, ['[daily]', ...keys, ''].join('\n'));
  };
}

describe('what runs for longer than a login lasts', () => {
  it.each([
    ['ExpiredTokenException', 'ExpiredCredentialsError'],
    ['UnrecognizedClientException', 'BadCredentialsError'],
  ])('takes the credentials of the next one, after %s', async (error, name) => {
    const signIn = await credentialsFile();
    await using lambda = await startLambda(({ accessKeyId }) =>
      accessKeyId === 'AKIDOLD'
        ? { error, status: 403, message: 'The security token included in the request is no good.' }
        : { returned: { ok: true, result: {} } },
    );
    await signIn('AKIDOLD');
    const environment = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: lambda.url };
    const operator = createOperator({ stack: 'Sharing', color: false, profile: 'daily' }, environment);
    await expect(operator.ask({ command: 'resume' })).rejects.toMatchObject({ name });
    await signIn('AKIDNEW');
    await operator.ask({ command: 'resume' });
    expect(lambda.invocations.at(-1)?.accessKeyId).toBe('AKIDNEW');
    // Under whose name it is written down is asked of the new ones.
    expect(lambda.askedWho).toEqual(['AKIDOLD', 'AKIDNEW']);
  });
});
