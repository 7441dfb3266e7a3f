import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { keyProblem, kindOfKey, readKey } from '../../../lambdas/core/secrets/api-key.ts';
import { CANARY, ILL_FORMS } from './ill-forms.ts';

describe('what is no bare key', () => {
  it.each(ILL_FORMS)('%j is called what it is, and not repeated', (value, called) => {
    expect(keyProblem(value)).toMatch(called);
    expect(keyProblem(value)).not.toContain(CANARY);
  });

  it('is so whatever the key in it looks like', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9._~+/-]{8,60}=?$/);
    const wrap = fc.constantFrom<(text: string) => string>(
      (text) => JSON.stringify({ password: text }),
      (text) => JSON.stringify(text),
      (text) => `${text}\\n`,
      (text) => `KEY=a${text}`,
      (text) => `Bearer ${text}`,
      (text) => `file://${text}`,
      (text) => `${text}****`,
      (text) => `${text} ${text}`,
      (text) => `${text}\u200b`,
      (text) => `<${text}>`,
    );
    fc.assert(fc.property(key, wrap, (text, wrapped) => keyProblem(wrapped(text)) !== null));
  });
});

describe("what holds one of OpenAI's keys", () => {
  const key = fc
    .tuple(fc.constantFrom('sk-proj-', 'sk-admin-', 'sk-svcacct-'), fc.stringMatching(/^[A-Za-z0-9_-]{20,160}$/))
    .map((parts) => parts.join(''));
  const text = fc.stringMatching(/^[ -~]{0,20}$/);

  it('is never sent with anything about it', () => {
    const glue = fc.stringMatching(/^[^\w-]$/);
    fc.assert(
      fc.property(
        key,
        glue,
        text,
        (one, mark, more) => keyProblem((one + mark + more).trim()) !== null || (one + mark + more).trim() === one,
      ),
    );
    fc.assert(
      fc.property(
        key,
        glue,
        text,
        (one, mark, more) => keyProblem((more + mark + one).trim()) !== null || (more + mark + one).trim() === one,
      ),
    );
  });

  it('is never sent with another, nor encoded', () => {
    fc.assert(
      fc.property(key, key, fc.stringMatching(/^[ -~]{0,3}$/), (a, b, between) => keyProblem(a + between + b) !== null),
    );
    const encode = fc.constantFrom<(value: string) => string>(
      (value) => Buffer.from(value).toString('base64'),
      (value) => Buffer.from(value).toString('base64url'),
      (value) => Buffer.from(JSON.stringify({ value })).toString('base64'),
      (value) => encodeURIComponent(JSON.stringify({ value })),
    );
    fc.assert(fc.property(key, encode, (one, encoded) => keyProblem(encoded(one)) !== null));
  });
});

describe('what may be a key', () => {
  it.each([
    `sk-admin-${'aB3_-'.repeat(24)}`,
    `sk-proj-${'aB3_-'.repeat(24)}`,
    `sk-svcacct-${'aB3_-'.repeat(24)}`,
    `sk-${'aB3'.repeat(16)}`,
    'sk-future-kind-of-key.v2~1',
    `sk-proj-sk-${'aB3'.repeat(16)}`,
    `newprefix_${'x'.repeat(40)}`,
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl-_',
    'ZGVhZGJlZWY=',
    'ZGVhZGJlZQ==',
    'tenant:user/key|1',
    'team,gateway;key',
    'p@ss*w0rd!#$%^&()[]{}?',
    'it"s\'inside`it',
    'AbC=',
    'enterprise-gateway-key',
    '{a8f!Kx2',
    '[a8f!Kx2',
    '$a8f!Kx2',
    'a=8fKx2',
    'abc=.def',
    'dummy',
    'my-key',
    'risk-proj-team',
    'dXNlcjpwYXNzd29yZC0wMTIz',
    '0123456789abcdef0123456789abcdef',
    'p%41ss',
    'sk-1234/tenant.a~b+c==',
    'sk-admin-1',
  ])('%j passes', (key) => {
    expect(keyProblem(key)).toBeNull();
  });

  it('is whatever OpenAI, or somebody with a prefix of their own, might make', () => {
    const prefix = fc.oneof(
      fc.constantFrom('sk-', 'sk-proj-', 'sk-admin-', 'sk-svcacct-'),
      fc.stringMatching(/^[a-z]{2,10}[-_.]$/),
    );
    const rest = fc.stringMatching(/^[A-Za-z0-9_-]{20,160}$/);
    fc.assert(fc.property(prefix, rest, (start, end) => keyProblem(start + end) === null));
  });

  it('tells its kind where OpenAI made it, and may be sent whichever it is', () => {
    expect(['sk-admin-a', 'sk-proj-a', 'sk-svcacct-a', 'sk-a', 'gw_a'].map(kindOfKey)).toEqual([
      'admin',
      'project',
      'project',
      null,
      null,
    ]);
  });
});

describe('readKey', () => {
  /** A secret whose stored value is seen by a fresh read only. */
  function secretOf(cached: string, stored: string) {
    const reads: boolean[] = [];
    const current = async (_: string, { fresh = false } = {}) => {
      reads.push(fresh);
      return fresh ? stored : cached;
    };
    return { current, reads };
  }

  it('reads a good one once', async () => {
    const secret = secretOf('sk-a', 'sk-b');
    expect(await readKey(secret, 'arn')).toBe('sk-a');
    expect(secret.reads).toEqual([false]);
  });

  it('sees at once that one was mended', async () => {
    const secret = secretOf('"sk-a"', 'sk-a');
    expect(await readKey(secret, 'arn')).toBe('sk-a');
    expect(secret.reads).toEqual([false, true]);
  });

  it.each([
    [false, [false, true]],
    [true, [true]],
  ])('names what is there in place of a key, asked for a fresh one: %s', async (fresh, reads) => {
    const value = `Bearer ${CANARY}`;
    const secret = secretOf(value, value);
    const error = await readKey(secret, 'arn:key', { fresh }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecretUnusableError);
    expect(error).toHaveProperty(
      'message',
      'Secret arn:key is a header ("Bearer …"): store the bare key as the string',
    );
    expect(secret.reads).toEqual(reads);
  });
});
