import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { createWebIdentity } from '../../../lambdas/adapters/identity/web-identity.ts';
import { UnavailableError } from '../../../lambdas/core/errors.ts';
import { AUDIENCE, createSigner } from '../../fake-openai/identity-tokens.ts';
import { ISSUER } from '../../shared/web-identity.ts';
import { written } from '../openai/client.ts';
import { clientConfig, mintedAnswer, queryError, type Reply, startAwsServer } from '../secrets/aws-server.ts';

const token = createSigner().sign({ iss: ISSUER, aud: AUDIENCE, sub: 'arn:aws:iam::111122223333:role/Observe' });

/** What comes of it where STS answers so, and what STS was asked. */
async function mintFrom(reply: Reply) {
  const server = await startAwsServer(() => reply);
  const client = new STSClient(clientConfig(server.url));
  try {
    const result = await createWebIdentity(client)
      .mint()
      .catch((error: unknown) => error);
    return { result, asked: server.calls[0]?.body };
  } finally {
    client.destroy();
    await server.close();
  }
}

describe('the identity that AWS mints', () => {
  it('is for OpenAI alone and for five minutes, and says who vouches for it', async () => {
    const { result, asked } = await mintFrom(mintedAnswer(token));
    expect(result).toEqual({ value: token, issuer: ISSUER });
    expect(asked).toMatchObject({
      Action: 'GetWebIdentityToken',
      'Audience.member.1': AUDIENCE,
      DurationSeconds: '300',
      SigningAlgorithm: 'ES384',
    });
    expect(asked).not.toHaveProperty('Audience.member.2');
  });

  it.each([
    ['OutboundWebIdentityFederationDisabledException', 'switch', /aws iam enable-outbound-web-identity-federation/],
    ['OutboundWebIdentityFederationDisabled', 'switch', /aws iam enable-outbound-web-identity-federation/],
    ['AccessDenied', 'mint', /needs sts:GetWebIdentityToken.*deploy again/],
    ['InvalidAction', 'mint', /docs\/runbook\.md#workload-identity/],
  ])('is not to be had where AWS says %s, and the sentence says what to do', async (code, link, words) => {
    const { result } = await mintFrom(queryError(code, `no: ${token}`, code === 'AccessDenied' ? 403 : 400));
    expect(result).toMatchObject({ name: 'IdentityRefusedError', link, message: expect.stringMatching(words) });
    expect(written(result)).not.toContain(token);
  });

  it.each<[string, Reply]>([
    ['a failure of STS', queryError('InternalFailure', 'oh', 500)],
    ['a throttle', queryError('Throttling', 'slow down', 400)],
    ['no answer', 'reset'],
    ['an answer that is no identity', mintedAnswer('abc')],
  ])('may be had later after %s', async (_, reply) => {
    expect((await mintFrom(reply)).result).toBeInstanceOf(UnavailableError);
  });
});
