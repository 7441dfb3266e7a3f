import { describe, expect, it } from 'vitest';
import { type Check, verify } from '../../../lambdas/core/webhook/verify.ts';
import { secretOf, signBytes, signed } from './signing.ts';

const NOW = 1_795_000_000;
const key = Buffer.alloc(32, 7);
const secret = secretOf(key);
const message = signed(key, '{"id":"evt_1"}', NOW);

/** The verdict on the message with another header, which is signed as it stands. */
function judge(header: { id?: string; timestamp?: string; signature?: string }) {
  const { id, timestamp } = { ...message, ...header };
  const { signature = signBytes(key, id, timestamp, message.body) } = header;
  return verify({ ...message, id, timestamp, signature }, [secret], NOW);
}

describe('a refusal names the header and what is wrong with it', () => {
  it.each<[Check, string, Parameters<typeof judge>[0]]>([
    ['id', 'webhook-id is missing or empty', { id: '' }],
    ['id', 'webhook-id is longer than 256 characters', { id: 'w'.repeat(257) }],
    ['id', 'webhook-id has characters that are not visible ASCII', { id: 'wh 1' }],
    ['id', 'webhook-id has a dot', { id: 'wh.1' }],
    ['timestamp-format', 'webhook-timestamp is not a plain number of seconds since the epoch', { timestamp: '1e9' }],
    ['signature-format', 'webhook-signature is missing or empty', { signature: '' }],
    ['signature-format', 'webhook-signature is longer than 1024 characters', { signature: 'v'.repeat(1025) }],
    [
      'signature-format',
      'webhook-signature has no v1,<base64 of 32 bytes>; several are separated by a single space',
      { signature: 'v1,' },
    ],
    [
      'signature',
      'webhook-signature does not match the body under any secret',
      { signature: signBytes(Buffer.alloc(32, 8), message.id, message.timestamp, message.body) },
    ],
  ])('%s: %s', (check, text, header) => {
    expect(judge(header)).toEqual({ ok: false, check, message: text });
  });
});

describe('the longest that is accepted', () => {
  it('is an id of 256 characters', () => {
    expect(judge({ id: 'w'.repeat(256) })).toEqual({ ok: true, under: 0 });
  });

  it('is a signature header of 1024 characters', () => {
    const other = `v1a,${'x'.repeat(1024 - message.signature.length - ' v1a,'.length)}`;
    const signature = `${message.signature} ${other}`;
    expect(signature).toHaveLength(1024);
    expect(judge({ signature })).toEqual({ ok: true, under: 0 });
    expect(judge({ signature: `${signature}x` })).toMatchObject({ check: 'signature-format' });
  });
});
