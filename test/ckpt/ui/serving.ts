import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { Assets } from '../../../bin/ckpt/ui/assets.ts';
import { type PageOptions, servePage } from '../../../bin/ckpt/ui/server.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { openTestSession } from '../session.ts';

export const SHELL = '<!doctype html><title>shell</title>';

const ASSETS: Assets = new Map([['/index.html', { type: 'text/html', body: Buffer.from(SHELL) }]]);

/** The page's server on loopback, with the real operator behind it on ports in memory. */
export async function serve(parts: Partial<OperateDeps> = {}, options: Partial<PageOptions> = {}) {
  const { session } = openTestSession(parts);
  const { operator, stack } = session;
  const server = await servePage({
    operator,
    stack,
    assets: ASSETS,
    port: 0,
    allowChanges: false,
    everyMs: 20,
    ...options,
  });
  const { port, pathname } = new URL(server.url);
  return {
    ...server,
    operator,
    port: Number(port),
    /** The first part of the path. */
    token: pathname.split('/')[1] ?? '',
    /** Asks for a command as the page does. */
    async ask(command: string, fields: object = {}): Promise<unknown> {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(fields);
      const response = await fetch(`${server.url}ask/${command}`, { method: 'POST', headers, body });
      return response.json();
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export interface Told {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as it is put, with the headers that `fetch` would not let anybody choose. */
export async function send(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  body = '',
): Promise<Told> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers });
  sent.end(body);
  const [response] = await once(sent, 'response');
  const text = Buffer.concat(await response.toArray()).toString('utf8');
  return { status: response.statusCode, headers: response.headers, body: text };
}
