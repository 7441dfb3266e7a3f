import { SettingsError } from '../../core/errors.ts';
import { isSafeBaseUrl } from '../../core/policy/base-url.ts';

/** Where the API is: the only origin that a key is ever sent to, and what stands before every path there. */
export interface BaseUrl {
  readonly origin: string;
  /** Empty, or begins with a slash and ends without one. */
  readonly prefix: string;
}

/** Reads `openai.baseUrl`. Throws `SettingsError`, which does not repeat the URL: there may be a password in it. */
export function parseBaseUrl(text: string): BaseUrl {
  if (!isSafeBaseUrl(text)) {
    throw new SettingsError(
      'openai.baseUrl must be https://<host>/<path> (http:// for a server on loopback only), without user, query or fragment',
    );
  }
  const { origin, pathname } = new URL(text);
  return { origin, prefix: pathname.replace(/\/+$/, '') };
}
