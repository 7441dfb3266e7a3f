import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../bin/ckpt/webhook/request-dump.ts';

const BODY = '{"id":"evt_1"}';
const HEADERS = ['Webhook-Id: wh_1', 'webhook-timestamp:1795000000', 'WEBHOOK-SIGNATURE:  v1,abc=  ', 'x-empty:'];

const dump = (lines: readonly string[], body: string | Uint8Array, end = '\r\n') =>
  Buffer.concat([Buffer.from([...lines, '', ''].join(end)), Buffer.from(body)]);
const READ = { id: 'wh_1', timestamp: '1795000000', signature: 'v1,abc=', body: Buffer.from(BODY), doubt: null };

describe('a captured request', () => {
  it.each(['\r\n', '\n'])('is read with lines that end in %j, with or without its first line', (end) => {
    expect(readRequest(dump(HEADERS, BODY, end))).toEqual(READ);
    expect(readRequest(dump(['POST /webhooks/research HTTP/1.1', ...HEADERS], BODY, end))).toEqual(READ);
  });

  it.each([
    ['an empty line in it', 'a\r\n\r\nb\n\nc'],
    ['a line end at its end', `${BODY}\n`],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xc3, 0x0d, 0x0a])],
    ['nothing in it', ''],
  ])('keeps a body with %s byte for byte', (_, body) => {
    expect(readRequest(dump(HEADERS, body)).body).toEqual(Buffer.from(body));
  });

  it('has empty headers where there are none, and both where there are two', () => {
    expect(readRequest(dump(['host: x'], BODY))).toMatchObject({ id: '', timestamp: '', signature: '' });
    expect(readRequest(dump([...HEADERS, 'webhook-id: wh_2'], BODY)).id).toBe('wh_1, wh_2');
  });

  it.each([
    ['content-length: 15', /says 15 bytes, and 14 were captured/],
    ['Transfer-Encoding: chunked', /sizes of its chunks/],
  ])('with %s casts a doubt on its body', (header, doubt) => {
    expect(readRequest(dump([...HEADERS, header], BODY)).doubt).toMatch(doubt);
    expect(readRequest(dump([...HEADERS, 'content-length: 14'], BODY)).doubt).toBeNull();
  });

  it.each([
    ['no empty line', Buffer.from(HEADERS.join('\n')), 'has no empty line'],
    ['a line that is no header', dump(['POST / HTTP/1.1', 'sk-proj-CANARY'], BODY), 'has a line above the body'],
  ])('with %s is refused, and not repeated', (_, bytes, message) => {
    expect(() => readRequest(bytes)).toThrow(message);
    expect(() => readRequest(bytes)).not.toThrow(/CANARY/);
  });
});
