import { describe, expect, it } from 'vitest';
import { explain, type Target } from '../../bin/ckpt/aws/explain-error.ts';
import { debugText } from '../../bin/ckpt/errors.ts';

const AWS: Target = {
  functionName: 'CheckpointSharing-operator',
  region: 'eu-west-1',
  profile: undefined,
  endpoint: undefined,
};

function failure(name: string, message: string, code?: string): Error {
  return Object.assign(new Error(message), { name, ...(code && { code }) });
}

/** As the SDK throws what Node's own client threw. */
const caused = (code: string) => new Error('request failed', { cause: failure('Error', `${code}: no`, code) });

describe('explain', () => {
  it.each<[Error, string, RegExp]>([
    [
      failure('CredentialsProviderError', 'Could not load credentials from any providers'),
      'NoCredentialsError',
      /found/,
    ],
    [
      failure('CredentialsProviderError', 'The SSO session associated with this profile has expired. To refresh …'),
      'ExpiredCredentialsError',
      /expired/,
    ],
    [
      failure('CredentialsProviderError', "Token is expired. To refresh this SSO session run 'aws sso login'"),
      'ExpiredCredentialsError',
      /expired/,
    ],
    [failure('RequestExpired', 'Request has expired.'), 'ExpiredCredentialsError', /expired/],
    [
      failure('UnrecognizedClientException', 'The security token is invalid.'),
      'BadCredentialsError',
      /in eu-west-1\.$/,
    ],
    [failure('Error', 'getaddrinfo ENOTFOUND x', 'ENOTFOUND'), 'NetworkError', /^Lambda in eu-west-1 .*\(ENOTFOUND\)/],
    [caused('ECONNRESET'), 'NetworkError', /ECONNRESET/],
    [failure('AggregateError', '', 'ECONNREFUSED'), 'NetworkError', /ECONNREFUSED/],
    [failure('TimeoutError', 'Request aborted after 70000 ms'), 'NetworkError', /TimeoutError/],
    [failure('Error', 'self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'CertificateError', /not trusted/],
    [caused('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'CertificateError', /not trusted/],
    [failure('Error', "ENOENT: no such file, open '/token'", 'ENOENT'), 'NoCredentialsError', /^A file that/],
    [
      failure('TypeError', 'Invalid character in header content ["authorization"]', 'ERR_INVALID_CHAR'),
      'BadCredentialsError',
      /such as the end of a line\.$/,
    ],
    [failure('ServiceException', 'An error occurred'), 'InvokeError', /ServiceException: An error occurred\.$/],
    [failure('Odd', `${'x'.repeat(1000)}\nsecond line`), 'InvokeError', /^.{200,450}$/],
  ])('%s', (error, name, message) => {
    const problem = explain(error, AWS);
    expect(problem.name).toBe(name);
    expect(problem.message).toMatch(message);
    expect(problem.next).toMatch(/\.$/);
  });

  it('names the profile to sign in with', () => {
    const { next } = explain(failure('ExpiredTokenException', 'expired'), { ...AWS, profile: 'ops' });
    expect(next).toContain('aws sso login --profile ops');
    const console = { ...AWS, profile: 'ops', credentialSource: 'login_session' } as const;
    expect(explain(failure('ExpiredTokenException', 'expired'), console).next).toContain('aws login --profile ops');
  });

  it.each([
    ['http://jo:hunter2@localhost:4566/path', 'http://localhost:4566 cannot be reached'],
    ['no url', 'the endpoint in AWS_ENDPOINT_URL cannot be reached'],
  ])('shows of the endpoint %s only where it is', (endpoint, expected) => {
    expect(explain(caused('ECONNREFUSED'), { ...AWS, endpoint }).message).toContain(expected);
  });
});

describe('debugText', () => {
  it('has the causes and where they come from, but of a message only its first line', () => {
    const cause = new Error('first\ntoken');
    const text = debugText(new TypeError('outer', { cause }));
    expect(text).toMatch(/^TypeError: outer\n\s+at .*\nError: first\n\s+at /s);
    expect(text).not.toContain('token');
  });
});
