import { createHmac, type KeyObject } from 'node:crypto';

/** What is signed. */
export interface Unsigned {
  readonly id: string;
  /** Seconds since the epoch, as it stands in the header. */
  readonly timestamp: string;
  /** The raw bytes. */
  readonly body: Uint8Array;
}

/** Signs as a sender does by Standard Webhooks: the value of the `webhook-signature` header, `v1,<base64>`. */
export function sign(message: Unsigned, key: KeyObject): string {
  return `v1,${macOf(message, key).toString('base64')}`;
}

/** HMAC-SHA256 of a message under one key. It is as good as a signature: to be compared or sent, never shown. */
export function macOf({ id, timestamp, body }: Unsigned, key: KeyObject): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
