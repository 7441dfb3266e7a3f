import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { isObject } from './bodies.ts';
import type { FakeIdentityProvider } from './state/identities.ts';

/** The claims of a JWT, verified by nobody yet; null for what is none. */
export function readIdentity(token: string): Readonly<Record<string, unknown>> | null {
  const parts = token.split('.');
  return parts.length === 3 && decode(parts[0]) !== null ? decode(parts[1]) : null;
}

/** Whether one of the keys that the provider names has signed it. Discovery goes over the network, as OpenAI's would. */
export async function signedByProvider(
  token: string,
  { issuer, verification }: FakeIdentityProvider,
): Promise<boolean> {
  const [head = '', body = '', signature = ''] = token.split('.');
  const { alg } = decode(head) ?? {};
  const jwks =
    verification.type === 'uploaded_jwks' ? verification.jwks : await discover(issuer, verification.discovery_url);
  const keys = Array.isArray(jwks.keys) ? jwks.keys.filter(isObject) : [];
  return keys.some((jwk) => isSigned(`${head}.${body}`, signature, alg, jwk));
}

/** AWS signs with RS256 or ES384. A symmetric signature is none: whoever can verify it can make it. */
function isSigned(text: string, signature: string, alg: unknown, jwk: JsonWebKey): boolean {
  const [, kind, bits] = /^(RS|ES)(256|384|512)$/.exec(String(alg)) ?? [];
  if (kind === undefined || jwk.kty !== (kind === 'RS' ? 'RSA' : 'EC')) return false;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const encoding = { key, dsaEncoding: 'ieee-p1363' } as const;
  return verify(`sha${bits}`, Buffer.from(text), encoding, Buffer.from(signature, 'base64url'));
}

async function discover(issuer: string, url: string | null): Promise<Record<string, unknown>> {
  const configuration = await getJson(url ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  return getJson(String(configuration.jwks_uri));
}

/** Nothing is there where nobody answers. */
async function getJson(url: string): Promise<Record<string, unknown>> {
  try {
    const json: unknown = await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).json();
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

function decode(part = ''): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}
