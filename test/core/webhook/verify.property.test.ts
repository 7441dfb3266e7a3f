import fc from 'fast-check';
import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { type SignedMessage, verify } from '../../../lambdas/core/webhook/verify.ts';
import { secretOf, signBytes, signed } from './signing.ts';

const keys = fc.uint8Array({ minLength: 24, maxLength: 64 });
const ids = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
/** Text of every kind: other scripts, control characters, lone surrogates escaped by JSON. */
const jsonBodies = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value));
const openai = new OpenAI({ apiKey: 'none: this client only verifies' });

describe('two independent verifiers of the same bytes', () => {
  it('what standardwebhooks signs, the official SDK and we accept', async () => {
    await fc.assert(
      fc.asyncProperty(keys, ids, jsonBodies, async (key, id, body) => {
        const secret = secretOf(key);
        // Both packages read the real clock.
        const now = new Date();
        const seconds = Math.floor(now.getTime() / 1000);
        const signature = new Webhook(secret).sign(id, now, body);
        const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature };

        expect(await openai.webhooks.unwrap(body, headers, secret)).toEqual(JSON.parse(body));
        expect(
          verify({ id, timestamp: String(seconds), signature, body: Buffer.from(body) }, [secret], seconds),
        ).toEqual({ ok: true, under: 0 });
      }),
    );
  });

  it('bytes of every kind are accepted as they were signed', () => {
    fc.assert(
      fc.property(
        keys,
        ids,
        fc.uint8Array({ maxLength: 2000 }),
        fc.integer({ min: 1, max: 4e9 }),
        (key, id, body, at) => {
          expect(verify(signed(key, body, at, id), [secretOf(key)], at)).toEqual({ ok: true, under: 0 });
        },
      ),
    );
  });
});

describe('one changed bit', () => {
  const key = Buffer.from('a key that is thirty-two bytes..');
  const at = 1_795_000_000;
  const message = signed(key, '{"id":"evt_1","type":"fine_tuning.job.succeeded","data":{"id":"ftjob-1"}}', at);
  const isRefused = (changed: SignedMessage) => !verify(changed, [secretOf(key)], at).ok;

  it('is accepted while nothing is changed', () => {
    expect(isRefused(message)).toBe(false);
  });

  it.each(['id', 'timestamp', 'signature'] as const)('in the %s is refused, whichever it is', (header) => {
    const text = message[header];
    const accepted = changes(text.length, 16).filter(([index, bit]) => {
      const changed = String.fromCharCode(text.charCodeAt(index) ^ (1 << bit));
      return !isRefused({ ...message, [header]: text.slice(0, index) + changed + text.slice(index + 1) });
    });
    expect(accepted).toEqual([]);
  });

  it('in the body is refused, whichever it is', () => {
    const accepted = changes(message.body.length, 8).filter(([index, bit]) => {
      const body = Uint8Array.from(message.body, (byte, at) => (at === index ? byte ^ (1 << bit) : byte));
      return !isRefused({ ...message, body });
    });
    expect(accepted).toEqual([]);
  });

  it('in any random message is refused, and so is a byte too few or too many', () => {
    const body = fc.uint8Array({ minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(keys, ids, body, fc.nat(), fc.integer({ min: 1, max: 255 }), (key, id, bytes, place, change) => {
        const genuine = signed(key, bytes, at, id);
        const index = place % bytes.length;
        const changed = bytes.with(index, (bytes[index] ?? 0) ^ change);
        const shorter = bytes.slice(0, -1);
        const longer = Buffer.concat([bytes, Buffer.from([change])]);
        for (const other of [changed, shorter, longer]) {
          expect(verify({ ...genuine, body: other }, [secretOf(key)], at)).toMatchObject({ check: 'signature' });
        }
      }),
    );
  });

  it('cannot be moved from the id into the timestamp or the body', () => {
    const signature = signBytes(key, 'wh_1.2', String(at), message.body);
    expect(isRefused({ ...message, id: 'wh_1', timestamp: `2.${at}`, signature })).toBe(true);
    expect(
      isRefused({ ...message, id: 'wh_1', timestamp: '2', body: Buffer.from(`${at}.${message.body}`), signature }),
    ).toBe(true);
  });
});

/** Every place of so many, with every bit of so many. */
function changes(places: number, bits: number): (readonly [number, number])[] {
  return Array.from({ length: places * bits }, (_, n) => [Math.floor(n / bits), n % bits] as const);
}
