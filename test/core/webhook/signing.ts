import { createHmac } from 'node:crypto';

export interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
}

/** A secret as OpenAI shows it, from its key's bytes. */
export function secretOf(key: Uint8Array): string {
  return `whsec_${Buffer.from(key).toString('base64')}`;
}

/** One `v1,…` signature by the words of the specification, over bytes: the packages that sign take text only. */
export function signBytes(key: Uint8Array, id: string, timestamp: string, body: Uint8Array): string {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

export function signed(key: Uint8Array, body: string | Uint8Array, seconds: number, id = 'wh_68f0a1'): Signed {
  const bytes = Buffer.from(body);
  const timestamp = String(seconds);
  return { id, timestamp, body: bytes, signature: signBytes(key, id, timestamp, bytes) };
}
