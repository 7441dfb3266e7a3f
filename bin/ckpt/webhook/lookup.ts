import { type LookupOptions, lookup as lookupByDns } from 'node:dns';
import type { LookupFunction } from 'node:net';

const LOOPBACK = { address: '127.0.0.1', family: 4 } as const;

/**
 * Looks a name up as RFC 6761 has it: whatever ends in `.localhost` is this machine, which Node leaves to resolvers that
 * often do not know it. A local cloud gives its APIs such names.
 */
export const lookup: LookupFunction = (hostname, options: LookupOptions, callback) => {
  if (!/(?:^|\.)localhost\.?$/i.test(hostname)) {
    lookupByDns(hostname, options, callback);
  } else if (options.all) {
    callback(null, [LOOPBACK]);
  } else {
    callback(null, LOOPBACK.address, LOOPBACK.family);
  }
};
