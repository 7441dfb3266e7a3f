/** The form of a base URL: http or https, no credentials, query or fragment. */
export const BASE_URL = /^https?:\/\/[^\s\\/?#@]+(?:\/[^\s\\?#]*)?$/;

/** Whether keys may be sent there: https to anywhere, http only within this machine. */
export function isSafeBaseUrl(text: string): boolean {
  if (!BASE_URL.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname);
}

/** Whether it is OpenAI's own host, and not the path below which that answers: all calls would be answered by a 404. */
export function missesVersion(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, pathname } = new URL(text);
  return /(?:^|\.)api\.openai\.com$/.test(hostname) && !/^\/v\d+\/?$/.test(pathname);
}

/** `hostname` as `URL` writes it: addresses in full, IPv6 in brackets. A name that only begins like an address is none. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
