import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { CKPT } from '../ckpt/run-ckpt.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { NODE } from '../local-cloud/environment.ts';
import { send } from '../local-cloud/request.ts';

export interface KilledRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input: string;
  /** At which of its requests to AWS it is killed, from 1 on: the request arrives, and its answer does not. */
  readonly at: number;
}

/** Runs the CLI in a process that is gone from one moment to the next; it is not waited for what it has asked for. */
export async function runKilled(cloud: LocalCloud, { args, env, input, at }: KilledRun) {
  let requests = 0;
  let processes = '';
  const proxy = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const isLast = ++requests === at;
    const answered = send(cloud, { method: request.method ?? '', path: request.url ?? '', headers, body });
    if (isLast) {
      processes = (await promisify(execFile)('ps', ['-A', '-ww', '-o', 'args='], { maxBuffer: 2 ** 26 })).stdout;
      child.kill('SIGKILL');
    }
    const { status, headers: fields, body: answer } = await answered;
    const { 'transfer-encoding': _, 'content-length': __, connection: ___, ...kept } = fields;
    response.writeHead(status, kept).end(answer);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  // On a Node that can run it, or else there is a second process, which outlives this one or is outlived by it.
  const child = spawn(NODE, [CKPT, ...args], {
    env: { ...process.env, ...cloud.env, ...env, AWS_ENDPOINT_URL: endpoint },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.once('error', () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  proxy.closeAllConnections();
  proxy.close();
  return { code: code as number | null, wasKilled: child.signalCode === 'SIGKILL', stdout, stderr, processes };
}
