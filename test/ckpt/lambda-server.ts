import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One Invoke call as it came in. */
export interface Invocation {
  readonly functionName: string;
  readonly payload: unknown;
  /** From the signature. */
  readonly accessKeyId: string;
  readonly region: string;
}

/**
 * What Lambda does: hands back what the function `returned`, or what it `threw`, refuses the call with an AWS `error`,
 * or does not answer.
 */
export type Reply =
  | { readonly returned: unknown }
  | { readonly threw: unknown }
  | { readonly error: string; readonly status: number; readonly message: string }
  | 'hang';

/** Whom AWS takes the caller for, whoever it is. */
export const CALLER = 'arn:aws:iam::123456789012:user/ann';

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${CALLER}</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** The access key of the credentials that STS gives for a role, whichever it is. */
export const ROLE_KEY = 'ASIAROLE';

const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${ROLE_KEY}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** A loopback server that speaks Lambda's Invoke API, and tells callers who they are and lets them assume any role, as STS does. A script that throws was not prepared: `dispose` fails with it. */
export async function startLambda(script: (invocation: Invocation) => Reply | Promise<Reply>) {
  const invocations: Invocation[] = [];
  const unprepared: unknown[] = [];
  const askedWho: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    const signed = /Credential=([^/]+)\/\d+\/([^/]+)\/(?:lambda|sts)\//.exec(request.headers.authorization ?? '') ?? [];
    const [, accessKeyId = '', region = ''] = signed;
    if (body.includes('Action=GetCallerIdentity')) {
      askedWho.push(accessKeyId);
      return void response.end(IDENTITY);
    }
    if (body.includes('Action=AssumeRole')) return void response.end(ASSUMED);
    const functionName = decodeURIComponent(INVOKE.exec(request.url ?? '')?.[1] ?? '');
    const invocation = { functionName, payload: JSON.parse(body), accessKeyId, region };
    invocations.push(invocation);
    const reply = await Promise.resolve(invocation)
      .then(script)
      .catch((error: unknown): Reply => {
        unprepared.push(error);
        return { error: 'UnpreparedException', status: 400, message: String(error) };
      });
    if (reply === 'hang') return;
    if ('error' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/json', 'x-amzn-errortype': reply.error });
      response.end(JSON.stringify({ Type: 'User', Message: reply.message }));
      return;
    }
    const failed = 'threw' in reply;
    response.writeHead(200, failed ? { 'x-amz-function-error': 'Unhandled' } : {});
    response.end(JSON.stringify(failed ? reply.threw : reply.returned));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    invocations,
    /** The access keys of those who asked who they are. */
    askedWho,
    /** Resolves when somebody has connected and gone again. */
    async lastConnectionClosed() {
      for (;;) {
        const open = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
        if (open === 0) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      if (unprepared.length > 0) throw unprepared[0];
    },
  };
}

export type LambdaServer = Awaited<ReturnType<typeof startLambda>>;
