import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Operator, parseJson } from '../aws/operator-function.ts';
import { CliError } from '../errors.ts';
import { oneLine } from '../text/paint.ts';
import { admit } from './admit.ts';
import type { Assets } from './assets.ts';
import { followEvents } from './changes.ts';
import { type CheckUpNews, tellCheckUp } from './check-up.ts';
import { answer, OFFERED_NAMES, type OfferedName, planOfFile } from './commands.ts';
import { MOST_FILE_BYTES } from './limits.ts';
import { foreignTo } from './peer.ts';

export interface PageOptions {
  readonly operator: Operator;
  readonly stack: string;
  readonly assets: Assets;
  /** Where it listens, on loopback; 0 = where there is room. */
  readonly port: number;
  /** Whether the commands that change something are answered. */
  readonly allowChanges: boolean;
  /** Milliseconds between two looks for what has changed. */
  readonly everyMs?: number;
  /** Whose connections are answered, by the user's number; left out, those of whoever runs this, and of everybody if that is root. */
  readonly uid?: number;
}

/** What `about` answers: what the page speaks to, and what it may ask for. */
export interface About {
  readonly stack: string;
  readonly region: string | null;
  readonly allowChanges: boolean;
  readonly offered: readonly OfferedName[];
}

export interface PageServer {
  /** Where the page is, with the token. */
  readonly url: string;
  /** The same for one use and within seconds: what a browser is started with, every user of the machine can see. */
  ticket(): string;
  close(): Promise<void>;
}

/** On every answer. Nothing comes from elsewhere, nothing is told elsewhere, and no other page shows or opens this one. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

const TICKET_MS = 30_000;
/** As much as browsers keep of cookies for one name. */
const MOST_HEADER_BYTES = 1_000_000;
/** Far more than any command takes that the page asks for. */
const MOST_BYTES = 1_000_000;

/**
 * Serves the page on loopback: the shell and its files, `ask/<command>` (POST, the command's fields as JSON → the operator
 * function's answer), `plan-file` (POST, a policy file → what there would be to do), `check-up` (POST → lines of JSON, each a
 * `CheckUpNews`), `about`, and `changes` (server-sent events, each a `News`). Throws `CliError` where the port is taken.
 */
export async function servePage(options: PageOptions): Promise<PageServer> {
  const { operator, assets, allowChanges } = options;
  const token = newToken();
  const tickets = new Set<string>();
  const feed = followEvents(operator, options.everyMs === undefined ? {} : { everyMs: options.everyMs });
  // One without a Host, which Node would answer itself, is refused as one with a wrong one. What other pages of this machine have
  // put into cookies comes along, whatever the port.
  const server = createServer({ requireHostHeader: false, maxHeaderSize: MOST_HEADER_BYTES }, serve);
  const isForeign = foreignTo(options.uid ?? process.getuid?.());
  // Node would ask for the body of such a request, or refuse its expectation, before anybody has looked at its token.
  server.on('checkContinue', serve).on('checkExpectation', serve);
  server.on('clientError', (_, socket) => socket.destroy());
  const { port } = await listen(server, options.port);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (await isForeign(request.socket)) return refuse(response, 403);
    const { url = '', headers } = request;
    const ticket = url.slice(1);
    const isTicket = tickets.has(ticket);
    const admission = admit({ url: isTicket ? `/${token}${url}` : url, headers }, { port, token });
    if ('refused' in admission) return refuse(response, admission.refused);
    if (tickets.delete(ticket)) return redirect(response, `/${token}/`);
    await route(request, response, admission.path).catch(() => response.destroy());
  }

  async function route(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { method } = request;
    const command = /^\/ask\/([a-z-]+)$/.exec(path)?.[1];
    if (command !== undefined) {
      // Another site cannot send this type without asking first, which is refused.
      if (method !== 'POST' || request.headers['content-type'] !== 'application/json') return refuse(response, 403);
      const body = await readBody(request, MOST_BYTES);
      if (body === TOO_LARGE) return endWith(response, 413);
      return sendJson(response, await answer(operator, command, parseJson(body.toString('utf8')), allowChanges));
    }
    if (path === '/plan-file') {
      if (method !== 'POST' || request.headers['content-type'] !== 'application/yaml') return refuse(response, 403);
      const body = await readBody(request, MOST_FILE_BYTES);
      if (body === TOO_LARGE) return endWith(response, 413);
      return sendJson(response, await planOfFile(operator, body, nameOfFile(request.headers)));
    }
    if (path === '/check-up') {
      if (method !== 'POST' || request.headers['content-type'] !== 'application/json') return refuse(response, 403);
      return checkUp(response);
    }
    if (method !== 'GET' && method !== 'HEAD') return endWith(response, 405);
    if (path === '') return redirect(response, `/${token}/`);
    if (path === '/changes') return follow(response);
    if (path === '/about') return sendJson(response, await about());
    const asset = assets.get(path === '/' ? '/index.html' : path);
    if (asset === undefined) return endWith(response, 404);
    response.setHeader('content-type', asset.type).end(method === 'HEAD' ? undefined : asset.body);
  }

  async function about(): Promise<About> {
    const { stack } = options;
    // Where the region cannot be told, each command says what is wrong.
    const region = await operator.region().catch(() => null);
    return { stack, region, allowChanges, offered: OFFERED_NAMES };
  }

  async function checkUp(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    const leaving = new AbortController();
    response.on('close', () => leaving.abort());
    const tell = (news: CheckUpNews) => leaving.signal.aborted || response.write(`${JSON.stringify(news)}\n`);
    await tellCheckUp(operator, tell, leaving.signal);
    response.end();
  }

  function follow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const stop = feed.listen((news) => response.write(`data: ${JSON.stringify(news)}\n\n`));
    response.on('close', stop);
  }

  return {
    url: `http://127.0.0.1:${port}/${token}/`,
    ticket() {
      const ticket = newToken();
      tickets.add(ticket);
      setTimeout(() => tickets.delete(ticket), TICKET_MS).unref();
      return `http://127.0.0.1:${port}/${ticket}`;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<AddressInfo> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = 'it gave no reason' } = error as NodeJS.ErrnoException;
    const what = { EADDRINUSE: 'something else listens there', EACCES: 'this user may not' }[code] ?? code;
    const message = `Port ${port} of 127.0.0.1 cannot be listened on: ${what}.`;
    throw new CliError(
      { name: 'PortError', message, next: 'Name another with --port, or leave it out for one that is free.' },
      { cause: error },
    );
  }
  return server.address() as AddressInfo;
}

const TOO_LARGE = Symbol('too large');

async function readBody(request: IncomingMessage, most: number): Promise<Buffer | typeof TOO_LARGE> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) return TOO_LARGE;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As whoever sent it calls it, percent-encoded in a header. */
function nameOfFile({ 'x-file-name': name }: IncomingHttpHeaders): string {
  try {
    return oneLine(decodeURIComponent(String(name ?? ''))) || 'The file';
  } catch {
    return 'The file';
  }
}

function sendJson(response: ServerResponse, value: object): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end();
}

function refuse(response: ServerResponse, status: 401 | 403): void {
  // What may still come is not read.
  response.setHeader('connection', 'close');
  endWith(response, status);
}

function endWith(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
