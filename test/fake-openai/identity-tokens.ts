import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** The audience that AWS is asked for. */
export const AUDIENCE = 'https://api.openai.com/v1';

export interface Signer {
  readonly jwks: { readonly keys: readonly Record<string, unknown>[] };
  /** A JWT with these claims, ES384 as AWS may sign. */
  sign(claims: Readonly<Record<string, unknown>>): string;
}

/** An issuer's key, a new one each time. */
export function createSigner(kid = 'key-1'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return {
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES384', use: 'sig' }] },
    sign: (claims) => withSignature({ alg: 'ES384', kid }, claims, (text) => es384(text, privateKey)),
  };
}

/** As a local cloud signs, with a secret that OpenAI cannot know. */
export function signedHs256(claims: Readonly<Record<string, unknown>>): string {
  return withSignature({ alg: 'HS256' }, claims, (text) => createHmac('sha256', 'local').update(text).digest());
}

function withSignature(header: object, claims: object, sign: (text: string) => Buffer): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign(text).toString('base64url')}`;
}

function es384(text: string, key: KeyObject): Buffer {
  return createSign('sha384').update(text).sign({ key, dsaEncoding: 'ieee-p1363' });
}
