import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createWebhookReceiver } from '../../../lambdas/use-cases/receive-webhook.ts';
import { secretOf } from '../../core/webhook/signing.ts';
import { createInMemorySecrets, type StoredSecret } from '../../in-memory/secrets.ts';
import { NOW } from '../../use-cases/operate/ask.ts';

export const RESEARCH_KEY = Buffer.alloc(32, 1);

const SECRET = 'arn:webhook-research';

/** Answers in place of the webhook function: a status, and headers. */
export type Instead = { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** The webhook function of a stack on loopback HTTP, at the operator's time, and that operator's ports for it. */
export async function startReceiver(instead: Instead | null = null) {
  const stored = new Map<string, StoredSecret>([[SECRET, secretOf(RESEARCH_KEY)]]);
  const secrets = createInMemorySecrets(stored);
  const queued: ObserveRequest[] = [];
  const requests: { readonly host: string | undefined; readonly path: string; readonly body: string }[] = [];
  const receive = createWebhookReceiver({
    sources: new Map([['research', SECRET]]),
    secrets,
    queue: { send: async (request) => void queued.push(request) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: () => NOW,
  });
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const path = request.url ?? '';
    requests.push({ host: request.headers.host, path, body: body.toString() });
    const header = (name: string) => String(request.headers[name] ?? '');
    const source = /^\/webhooks\/([^/]+)$/.exec(path)?.[1] ?? '';
    const headers = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signature: header('webhook-signature'),
    };
    const { status, message } = instead
      ? { ...instead, message: 'not the webhook function' }
      : await receive({ source, ...headers, body });
    response.writeHead(status, { 'content-type': 'application/json', ...instead?.headers });
    response.end(JSON.stringify({ message }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const deps: Partial<OperateDeps> = {
    secrets,
    secretIds: { adminKey: 'arn:admin', projectKeys: new Map(), webhookSecrets: new Map([['research', SECRET]]) },
    webhookUrl: `http://127.0.0.1:${port}/webhooks`,
  };
  return {
    port,
    deps,
    stored,
    queued,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
