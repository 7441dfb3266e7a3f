import { GetWebIdentityTokenCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts';
import { IdentityRefusedError, type OpenAIError, UnavailableError } from '../../core/errors.ts';
import type { WebIdentity } from '../../core/identity/ports.ts';
import { IDENTITY_AUDIENCE, IDENTITY_SECONDS } from '../../shared/contract/names.ts';
import { AWS_LIMITS } from '../../shared/runtime/aws-limits.ts';

/**
 * The identity that AWS vouches for: a JWT whose subject is the function's role. `client` must be of a region: the global
 * endpoint of STS mints none. Source: AWS's documents of outbound identity federation.
 */
export function createWebIdentity(client = new STSClient(AWS_LIMITS)): WebIdentity {
  const command = { Audience: [IDENTITY_AUDIENCE], DurationSeconds: IDENTITY_SECONDS, SigningAlgorithm: 'ES384' };
  return {
    async mint() {
      const { WebIdentityToken: value = '' } = await client
        .send(new GetWebIdentityTokenCommand(command))
        .catch((error: unknown) => {
          throw toError(error);
        });
      const issuer = issuerOf(value);
      if (issuer !== null) return { value, issuer };
      throw new UnavailableError('What AWS STS answered is no identity: its issuer cannot be read');
    },
  };
}

function issuerOf(jwt: string): string | null {
  try {
    const { iss } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    return typeof iss === 'string' && iss !== '' ? iss : null;
  } catch {
    return null;
  }
}

/** Of what AWS says only the name is kept: its message may quote what it was about. */
function toError(error: unknown): OpenAIError {
  const name = error instanceof Error ? error.name : 'no error object';
  const status = error instanceof STSServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  if (/^OutboundWebIdentityFederationDisabled/.test(name)) {
    return new IdentityRefusedError(
      'AWS mints no identities in this account, because outbound identity federation is off: switch it on, once an account, with `aws iam enable-outbound-web-identity-federation`',
      { link: 'switch' },
    );
  }
  if (status === 0 || status >= 500 || status === 429 || /^Throttl/.test(name)) {
    return new UnavailableError(`AWS STS minted no identity (${name}): is it reachable?`);
  }
  const why = /^AccessDenied/.test(name)
    ? "the function's role needs sts:GetWebIdentityToken, which the stack gives it: deploy again, and see whether a policy of the organisation's forbids it"
    : 'docs/runbook.md#workload-identity says more';
  return new IdentityRefusedError(`AWS mints no identity for this function (${name}): ${why}`, { link: 'mint' });
}
