import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { admit } from '../../../bin/ckpt/ui/admit.ts';
import { SHELL, send, serve } from './serving.ts';

const GATE = { port: 4711, token: 'T0KEN' };
const HOST = { host: '127.0.0.1:4711' };

describe('who is let in', () => {
  it.each([
    ['/T0KEN/', '/'],
    ['/T0KEN', ''],
    ['/T0KEN/ask/list?x=/y', '/ask/list'],
  ])('%s goes to %j', (url, path) => {
    expect(admit({ url, headers: HOST }, GATE)).toEqual({ path });
  });

  it.each(['localhost:4711', '127.0.0.1:4711'])('by the name of this machine: %s', (host) => {
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    expect(admit({ url: '/T0KEN/', headers }, GATE)).toEqual({ path: '/' });
  });

  it.each([
    '/',
    '/t0ken/',
    '/T0KEN1/',
    '/T0KE/',
    '//T0KEN/',
    '/?T0KEN',
    '/#T0KEN',
    'http://127.0.0.1:4711/T0KEN/',
    '*',
  ])('nobody without the token in its place: %s', (url) => {
    expect(admit({ url, headers: HOST }, GATE)).toEqual({ refused: 401 });
  });

  it.each(['evil.example:4711', '127.0.0.1', '127.0.0.1:4712', 'localhost.evil.example:4711', '[::1]:4711', ''])(
    'nobody under another Host, with the token: %j',
    (host) => {
      expect(admit({ url: '/T0KEN/', headers: { host } }, GATE)).toEqual({ refused: 403 });
    },
  );

  it('nobody without a Host', () => {
    expect(admit({ url: '/T0KEN/', headers: {} }, GATE)).toEqual({ refused: 403 });
  });

  it.each([
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
    ['origin', 'http://localhost:4711'],
    ['origin', 'http://127.0.0.1:4712'],
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
  ])('nobody from another page, with the token: %s %s', (name, value) => {
    expect(admit({ url: '/T0KEN/', headers: { ...HOST, [name]: value } }, GATE)).toEqual({ refused: 403 });
  });

  it('leaves the port of the web out, as browsers do', () => {
    const gate = { ...GATE, port: 80 };
    expect(admit({ url: '/T0KEN/', headers: { host: 'localhost' } }, gate)).toEqual({ path: '/' });
  });
});

describe('the server', () => {
  it('answers whoever has the token', async () => {
    await using page = await serve();
    const response = await fetch(page.url);
    expect([response.status, await response.text()]).toEqual([200, SHELL]);
  });

  it('tells nothing at all to whoever has not', async () => {
    await using page = await serve({}, { allowChanges: true });
    const paths = [
      '/',
      '/index.html',
      '/page.js',
      '/about',
      '/changes',
      '/ask/list',
      `/${page.token}x/`,
      '/favicon.ico',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'PROPFIND']) {
        const { status, body } = await send(page.port, path, {}, method);
        expect({ path, method, status, body }).toEqual({ path, method, status: 401, body: '' });
      }
    }
  });

  it('tells nothing under another Host or from another origin, though the token is right', async () => {
    await using page = await serve({}, { allowChanges: true });
    const wrong = [{ host: 'evil.example' }, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }];
    for (const path of ['', '/', '/about', '/changes', '/ask/list', '/no-such']) {
      for (const headers of wrong) {
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const { status, body, headers: told } = await send(page.port, `/${page.token}${path}`, headers, method);
          expect({ path, method, status, body }).toEqual({ path, method, status: 403, body: '' });
          expect(told['access-control-allow-origin']).toBeUndefined();
        }
      }
    }
  });

  it('does not answer for itself what is no good HTTP, or expects something first', async () => {
    await using page = await serve();
    const raw = async (lines: readonly string[]) => {
      const socket = connect(page.port, '127.0.0.1');
      socket.end(`${lines.join('\r\n')}\r\n\r\n`);
      return text(socket);
    };
    expect(await raw(['nonsense'])).toBe('');
    expect(await raw(['GET / HTTP/1.1'])).toMatch(/^HTTP\/1\.1 403 /);
    const host = `Host: 127.0.0.1:${page.port}`;
    expect(await raw(['POST / HTTP/1.1', host, 'Expect: 100-continue', 'Content-Length: 1'])).toMatch(
      /^HTTP\/1\.1 401 /,
    );
    expect(await raw(['POST / HTTP/1.1', host, 'Expect: wonders'])).toMatch(/^HTTP\/1\.1 401 /);
    expect(await raw([`GET http://evil.example/ HTTP/1.1`, host])).toMatch(/^HTTP\/1\.1 401 /);
    expect(await raw(['GET / HTTP/1.1', host, 'Upgrade: websocket', 'Connection: Upgrade'])).toMatch(/ 401 /);
    expect(await raw([`CONNECT ${page.token} HTTP/1.1`, host])).toBe('');
  });

  it('has another token each time, of 256 bits', async () => {
    await using one = await serve();
    await using other = await serve();
    expect(one.token).toMatch(/^[\w-]{43}$/);
    expect(other.token).not.toBe(one.token);
  });

  it('lets a browser in by an address that is good once', async () => {
    await using page = await serve();
    const ticket = page.ticket();
    expect(ticket).not.toContain(page.token);
    const { pathname } = new URL(ticket);
    expect(await send(page.port, pathname, { host: 'evil.example' })).toMatchObject({ status: 403 });
    const first = await send(page.port, pathname);
    expect(first).toMatchObject({ status: 303, headers: { location: `/${page.token}/` } });
    expect(await send(page.port, pathname)).toMatchObject({ status: 401 });
  });

  it('answers whatever other pages of this machine have put into cookies', async () => {
    await using page = await serve();
    const cookie = Array.from({ length: 60 }, (_, at) => `c${at}=${'x'.repeat(4_000)}`).join('; ');
    expect(await send(page.port, `/${page.token}/`, { cookie })).toMatchObject({ status: 200, body: SHELL });
  });

  it('forbids on every answer what the page does not need', async () => {
    await using page = await serve();
    for (const path of ['/', `/${page.token}/`, `/${page.token}/about`]) {
      const { headers } = await send(page.port, path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|http:|https:|data:|blob:/);
      expect(headers['set-cookie']).toBeUndefined();
    }
  });
});
