import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Outgoing {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/**
 * One request to the cloud's gateway, on a connection of its own. Not `fetch`: that neither lets a `Host` header be set nor
 * trusts one more certificate.
 */
export function send(
  cloud: { readonly endpoint: string; readonly caFile: string | null },
  { method = 'GET', path, headers = {}, body }: Outgoing,
): Promise<Answer> {
  const url = new URL(path, cloud.endpoint);
  const common = { method, headers, agent: false as const };
  return new Promise((resolve, reject) => {
    const request =
      cloud.caFile === null
        ? requestHttp(url, common)
        : requestHttps(url, { ...common, ca: readFileSync(cloud.caFile), servername: 'localhost' });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.end(body);
  });
}
