import type { LocalCloud } from './cloud.ts';
import { type Answer, send } from './request.ts';

/** How a deployed HTTP API is reached here: its name on AWS resolves to nothing, so the gateway goes by the `Host` header. */
export interface HttpApiAddress {
  /** The URL to send to, path included. */
  readonly url: URL;
  /** The `Host` header to send with it. */
  readonly host: string;
}

/** From a URL as a stack's output gives it, `https://<apiId>.execute-api.<region>.amazonaws.com/<path>`. */
export function httpApiAddress(cloud: Pick<LocalCloud, 'endpoint' | 'port'>, deployedUrl: string): HttpApiAddress {
  const { hostname, pathname, search } = new URL(deployedUrl);
  const apiId = hostname.split('.')[0];
  return {
    url: new URL(`${pathname}${search}`, cloud.endpoint),
    host: `${apiId}.execute-api.localhost:${cloud.port}`,
  };
}

/** Sends raw bytes to a deployed HTTP API and returns its answer, whatever its status. */
export function post(
  cloud: LocalCloud,
  deployedUrl: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { url, host } = httpApiAddress(cloud, deployedUrl);
  return send(cloud, { method: 'POST', path: `${url.pathname}${url.search}`, headers: { ...headers, host }, body });
}
