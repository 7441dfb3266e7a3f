import { gunzipSync, gzipSync } from 'node:zlib';
import type { Policy } from './policy.ts';

/** Of a packed policy, as text: an invocation of a function carries 6 MB in all. */
export const MOST_PACKED_BYTES = 5_500_000;
/** Of the same unpacked, as JSON, of which a function of 512 MB still makes a plan. */
const MOST_UNPACKED_BYTES = 32_000_000;

/** A policy on its way to a function, as gzip in base64; null where it is too large for that. */
export function packPolicy(policy: Policy): string | null {
  const json = Buffer.from(JSON.stringify(policy));
  if (json.length > MOST_UNPACKED_BYTES) return null;
  const packed = gzipSync(json).toString('base64');
  return packed.length > MOST_PACKED_BYTES ? null : packed;
}

/** The JSON text in it. A few bytes may unpack to very many: throws where that, or anything else, is wrong with them. */
export function unpackPolicy(packed: string): string {
  return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_UNPACKED_BYTES }).toString();
}
