import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as an AWS client sent it. */
export interface AwsCall {
  /** `x-amz-target` of a JSON protocol, else method and path. */
  readonly operation: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What to answer: a status and a body that is sent as JSON, or as it is when it is a string; or nothing, ever. */
export type Reply = { readonly status: number; readonly body: unknown } | 'hang' | 'reset';

/** An error as the JSON protocols write it. */
export function awsError(type: string, message: string, status = 400): Reply {
  return { status, body: { __type: type, message } };
}

/** What every AWS client of these tests is made with. */
export function clientConfig(endpoint: string) {
  return {
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 1000, throwOnRequestTimeout: true },
  };
}

/**
 * A loopback server that answers AWS calls by a script. A script that throws was not prepared for the call: the
 * client gets an error, and `close` fails with it.
 */
export async function startAwsServer(script: (call: AwsCall) => Reply | Promise<Reply>) {
  const calls: AwsCall[] = [];
  const unprepared: unknown[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    const call: AwsCall = {
      operation: String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`),
      headers: request.headers,
      body: JSON.parse(text),
    };
    calls.push(call);
    const reply = await Promise.resolve(call)
      .then(script)
      .catch((error: unknown) => {
        unprepared.push(error);
        return awsError('UnpreparedCall', String(error));
      });
    if (reply === 'hang') return;
    if (reply === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    // By the clock of the test, which may be moved: clients try again what is refused to whose clock is wrong.
    const date = new Date(Date.now()).toUTCString();
    response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1', date });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      if (unprepared.length > 0) throw unprepared[0];
    },
  };
}
