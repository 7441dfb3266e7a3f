import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../lambdas/core/webhook/sign.ts';
import { verify } from '../../../lambdas/core/webhook/verify.ts';
import { secretOf, signBytes } from './signing.ts';

const keys = fc.uint8Array({ minLength: 24, maxLength: 64 });
const ids = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const jsonBodies = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value));
const openai = new OpenAI({ apiKey: 'none: this client only verifies' });

describe('what is signed here', () => {
  it('is accepted by standardwebhooks, by the official SDK and by the webhook function', async () => {
    await fc.assert(
      fc.asyncProperty(keys, ids, jsonBodies, async (key, id, body) => {
        const secret = secretOf(key);
        // Both packages read the real clock.
        const timestamp = String(Math.floor(Date.now() / 1000));
        const message = { id, timestamp, body: Buffer.from(body) };
        const signature = sign(message, createSecretKey(key));
        const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };

        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
        expect(await openai.webhooks.unwrap(body, headers, secret)).toEqual(JSON.parse(body));
        expect(verify({ ...message, signature }, [secret], Number(timestamp))).toEqual({ ok: true, under: 0 });
      }),
    );
  });

  it('is what the specification says, for bytes of every kind', () => {
    fc.assert(
      fc.property(keys, ids, fc.uint8Array({ maxLength: 2000 }), fc.nat(4e9), (key, id, body, at) => {
        const timestamp = String(at);
        expect(sign({ id, timestamp, body }, createSecretKey(key))).toBe(signBytes(key, id, timestamp, body));
      }),
    );
  });
});
