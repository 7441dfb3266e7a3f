import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is answered to a request with this authorization header. */
export type Echo = (response: ServerResponse, authorization: string) => unknown;

/** An OpenAI that repeats the key it was sent in everything it says. Every request is answered in the same way. */
export async function startEcho(echo: Echo) {
  const keys = new Set<string>();
  const server = createServer((request, response) => {
    const authorization = String(request.headers.authorization);
    keys.add(authorization.replace('Bearer ', ''));
    request.resume().on('end', () => echo(response, authorization));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** Every key that came in: there was something to leak. */
    keys,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function withBody(status: number, body: (key: string) => string): Echo {
  return (response, key) => response.writeHead(status, { 'x-request-id': key }).end(body(key));
}

function withError(status: number): Echo {
  return withBody(status, (key) => JSON.stringify({ error: { message: `Refused: ${key}`, type: 'x', code: key } }));
}

/** Every way that a call may fail, by name. */
export const ECHOES: readonly (readonly [string, Echo])[] = [
  ...[400, 401, 403, 404, 409, 429, 500, 503].map((status) => [`a ${status}`, withError(status)] as const),
  ['a page of a gateway', withBody(502, (key) => `<p>${key}`)],
  ['no JSON', withBody(200, (key) => `{"data": [${key}`)],
  ['another form', withBody(200, (key) => JSON.stringify({ [key]: key }))],
  ['a job of another form', withBody(200, (key) => JSON.stringify({ data: [{ id: key }], has_more: key }))],
  ['a reset', (response) => response.socket?.resetAndDestroy()],
  ['no HTTP', (response, key) => response.socket?.end(`${key}\r\n\r\n`)],
];
