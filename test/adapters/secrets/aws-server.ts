import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as an AWS client sent it. */
export interface AwsCall {
  /** `x-amz-target` of a JSON protocol, `Query.` and the action of a form (STS), else method and path. */
  readonly operation: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON, or the fields of the form. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What to answer: a status and a body that is sent as JSON, or as it is when it is a string; or nothing, ever. */
export type Reply = { readonly status: number; readonly body: unknown } | 'hang' | 'reset';

/** An error as the JSON protocols write it. */
export function awsError(type: string, message: string, status = 400): Reply {
  return { status, body: { __type: type, message } };
}

/** What STS answers to who asks for an identity, and how it refuses that: as XML, in the Query protocol. */
export function mintedAnswer(token: string): Reply {
  const result = `<WebIdentityToken>${token}</WebIdentityToken><Expiration>2026-11-20T12:05:00Z</Expiration>`;
  const body = `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult>${result}</GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`;
  return { status: 200, body };
}

export function queryError(code: string, message: string, status = 400): Reply {
  return {
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
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
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    const body = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
    const target = isForm ? `Query.${body.Action}` : request.headers['x-amz-target'];
    const call: AwsCall = {
      operation: String(target ?? `${request.method} ${request.url}`),
      headers: request.headers,
      body,
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
