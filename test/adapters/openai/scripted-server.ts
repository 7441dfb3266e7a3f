import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came over the wire. */
export interface Seen {
  readonly method: string;
  /** As sent: escapes and query included. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
  /** The client's end: tells one connection from another. */
  readonly port: number | undefined;
}

export type Step = (response: ServerResponse, seen: Seen) => unknown;

export interface ScriptedServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly seen: readonly Seen[];
}

/** A server on loopback that plays one step a request and, disposed of, throws if the script was not played exactly. */
export async function scriptedServer(...script: readonly Step[]): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers, socket } = request;
    const arrived = { method, url, headers, body: Buffer.concat(chunks).toString(), socket, port: socket.remotePort };
    const step = script[seen.push(arrived) - 1];
    if (step === undefined) response.writeHead(500).end('nothing was prepared for this request');
    else step(response, arrived);
  };
  // It never closes an idle connection by itself: what closes one is the client.
  const server = createServer({ keepAliveTimeout: 0 }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      if (seen.length !== script.length)
        throw new Error(`${script.length} requests were prepared, ${seen.length} came`);
    },
  };
}

/** Answers with JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Step {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** Answers with an error in OpenAI's form. */
export function apiError(status: number, message: string, headers: Record<string, string> = {}): Step {
  return json({ error: { message, type: 'invalid_request_error', param: null, code: null } }, status, headers);
}

/** Answers with text that need not be JSON. */
export function text(body: string, status = 200, headers: Record<string, string> = {}): Step {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Takes the request and resets the connection. */
export const reset: Step = (_, { socket }) => socket.resetAndDestroy();

/** Takes the request and never answers. */
export const hang: Step = () => undefined;

/** Sends the headers of a 200 and a piece of its body, then does as told. */
export function beginBody(then: 'reset' | 'hang'): Step {
  return (response, { socket }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"data":[', () => then === 'reset' && socket.resetAndDestroy());
  };
}
