import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Ending } from './endings.ts';
import { respond, type Service } from './service.ts';

/** HTTP around the service; not listening yet. */
export function createFakeServer(service: Service): Server {
  const server = createServer((request, response) => {
    serve(service, request, response).catch(() => response.destroy());
  });
  // A server that closes an idle connection just as the client uses it again looks like a fault that nobody ordered.
  server.keepAliveTimeout = 0;
  return server;
}

async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = service.world.ids.request();
  const ending = await respond(service, {
    method: request.method ?? '',
    path: request.url ?? '',
    authorization: request.headers.authorization,
    contentType: request.headers['content-type'],
    text: await text(request),
    requestId,
  });
  end(ending, { 'x-request-id': requestId, date: new Date(service.world.now()).toUTCString() }, request, response);
}

function end(
  ending: Ending,
  stamp: Readonly<Record<'x-request-id' | 'date', string>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!('answer' in ending)) {
    if (ending.kind === 'reset') request.socket.resetAndDestroy();
    return;
  }
  const { status, body, headers } = ending.answer;
  // A page is no JSON.
  const isPage = typeof body === 'string';
  const json = isPage ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': isPage ? 'text/html' : 'application/json', ...stamp, ...headers });
  response.end(ending.kind === 'half-answer' ? json.slice(0, Math.floor(json.length / 2)) : json);
}
