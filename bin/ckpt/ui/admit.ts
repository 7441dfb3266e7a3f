import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a request says of itself, before anything is done about it. */
export interface Caller {
  /** As it stands in the request line. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Gate {
  readonly port: number;
  /** The first part of every path; another one each time it is started. */
  readonly token: string;
}

/** Where a request that is let in goes, below the token, with a slash before it; or how it is refused. */
export type Admission = { readonly path: string } | { readonly refused: 401 | 403 };

/**
 * Whether a request may be answered. The token is in the path, so that nothing, not even the empty page, is told to whoever has
 * not got it, and no cookie carries it to other ports of this machine. A name that DNS points to 127.0.0.1 is refused by the
 * Host header, another site that makes a browser ask by Origin and Sec-Fetch-Site: each alone, should the token be known.
 */
export function admit({ url, headers }: Caller, gate: Gate): Admission {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (host === undefined || !hostsOf(gate.port).has(host)) return { refused: 403 };
  if (origin !== undefined && origin !== `http://${host}`) return { refused: 403 };
  // `none`: typed, or opened from outside the browser.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return { refused: 403 };
  const [, token = '', rest = ''] = /^\/([^/?#]*)([^?#]*)/.exec(url) ?? [];
  return isSame(token, gate.token) ? { path: rest } : { refused: 401 };
}

function hostsOf(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost'];
  // Browsers leave out the port that goes without saying.
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/** Takes as long whichever character is wrong. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
