import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';

/** Milliseconds; how long each stage of a call may take. The deadline of the whole call is `CALL_DEADLINE_MS`. */
export interface StageTimeouts {
  readonly connect: number;
  readonly headers: number;
  /** Between two pieces of the body. */
  readonly body: number;
}

/**
 * A socket that was idle while its Lambda was frozen is dead, and a POST on it costs a LIST to find that out.
 * undici measures times of up to a second by the clock, longer ones in ticks that stand still in a frozen process
 * (lib/util/timers.js), so a second is the longest that an idle socket is sure to be dropped after.
 */
const IDLE_SOCKET_MS = 1_000;

/** Makes the connections to OpenAI. Make one per process; it follows no redirects and repeats nothing by itself. */
export function createDispatcher(
  timeouts: StageTimeouts = { connect: 5_000, headers: 20_000, body: 10_000 },
): Dispatcher {
  return new Agent({
    connectTimeout: timeouts.connect,
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    keepAliveTimeout: IDLE_SOCKET_MS,
    // A server's own `Keep-Alive: timeout=` hint could otherwise stretch it to ten minutes.
    keepAliveMaxTimeout: IDLE_SOCKET_MS,
    // On HTTP/2 a lost session takes every call in it along, and requests may be put onto another one.
    allowH2: false,
  });
}
