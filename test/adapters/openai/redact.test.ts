import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../lambdas/adapters/openai/classify.ts';
import { errorWords, harmlessCause, redact } from '../../../lambdas/adapters/openai/redact.ts';

describe('redact', () => {
  it.each([
    ['Incorrect API key provided: sk-proj-****abcd. You can', 'Incorrect API key provided: [redacted] You can'],
    ['"sk-admin-a_b-C", (sk-1)', '"[redacted]", ([redacted])'],
    ['secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==', 'secret=[redacted]'],
    ['token my-own-gateway-key is bad', 'token [redacted] is bad'],
    ['a risk-free task-list', 'a risk-free task-list'],
    ['two\n  lines\t', 'two lines'],
  ])('%j', (text, expected) => {
    expect(redact(text, 'my-own-gateway-key')).toBe(expected);
  });

  it('shortens to 300 bytes, keys taken out first', () => {
    const text = `${'x'.repeat(290)} my-own-gateway-key ${'y'.repeat(300)}`;
    const short = redact(text, 'my-own-gateway-key');
    expect(Buffer.byteLength(short)).toBe(300);
    expect(short).not.toContain('my-own');
  });

  it.each(['拒', '😀'])('counts bytes, and parts no letter: %s', (letter) => {
    const short = redact(letter.repeat(300), 'k');
    expect(Buffer.byteLength(short)).toBeGreaterThan(294);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(300);
    expect(short).toBe(`${letter.repeat([...short].length - 1)}…`);
  });

  it('keeps 300 bytes as they are', () => {
    expect(redact('x'.repeat(300), 'k')).toBe('x'.repeat(300));
  });
});

describe('errorWords', () => {
  it.each([
    ['{"error":{"message":"No such model"}}', 'No such model'],
    ['{"error":{"message":"  "}}', null],
    ['{"error":{"message":7}}', null],
    ['{"error":"text"}', null],
    ['{"error":null}', null],
    ['null', null],
    ['[]', null],
    ['<html>Bad gateway</html>', null],
    ['', null],
  ])('%j', (body, message) => {
    expect(errorWords(body, 'k')).toMatchObject({ message, page: body.startsWith('<') });
  });

  it('may be a bare string where a key is refused, and nowhere else', () => {
    const body = JSON.stringify({ error: 'Missing scopes: api.management.read' });
    for (const status of [401, 403]) {
      expect(errorWords(body, 'key', status).message).toBe('Missing scopes: api.management.read');
    }
    expect(errorWords(body, 'key', 404).message).toBeNull();
  });

  it('has code and type where they are text, and repeats no key in them', () => {
    const error = { message: 'No', type: 'requests', code: 'invalid: sk-proj-secret', param: null };
    expect(errorWords(JSON.stringify({ error }), 'key')).toEqual({
      message: 'No',
      type: 'requests',
      code: 'invalid: [redacted]',
      page: false,
    });
    const odd = JSON.stringify({ error: { type: { deep: true }, code: 429 } });
    expect(errorWords(odd, 'k')).toMatchObject({ type: null, code: null });
    const { code } = errorWords(JSON.stringify({ error: { code: 'x'.repeat(5_000) } }), 'k');
    expect(Buffer.byteLength(code ?? '')).toBe(300);
  });
});

describe('harmlessCause', () => {
  it('keeps errors of the network', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect' });
    expect(harmlessCause(refused)).toBe(refused);
    const closed = new errors.SocketError('other side closed');
    expect(harmlessCause(closed)).toBe(closed);
  });

  it('leaves out what may quote an answer or a request', () => {
    const parser = Object.assign(new errors.HTTPParserError('bad'), { data: 'a piece of the answer' });
    expect(harmlessCause(parser)).toBeUndefined();
    expect(harmlessCause(new Error(`headers {"authorization":"Bearer x"}`))).toBeUndefined();
  });
});

it.each(['{"statusCode":401,"message":"Access denied due to missing subscription key."}', '{"detail":"Unauthorized"}'])(
  'JSON without an error of OpenAI’s, as %s, is somebody else’s answer',
  (body) => {
    const words = errorWords(body, 'key', 401);
    expect(words).toEqual({ message: null, code: null, type: null, page: true });
    const failure = classify(
      'read',
      { kind: 'status', status: 401, ...words, retryAfter: null, requestId: undefined },
      0,
    );
    expect(failure).toMatchObject({ name: 'CallerRefusedError', why: 'gateway' });
  },
);
