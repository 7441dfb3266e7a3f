import type { Dispatcher } from 'undici';
import { once } from '../../shared/runtime/once.ts';

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

/** What takes requests: a dispatcher of undici's, or one that is still to be loaded. */
export interface HttpDispatcher {
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean | Promise<boolean>;
  /** Ends every connection, and whatever is asked on it. */
  destroy(): Promise<void>;
}

/**
 * Makes the connections to OpenAI. Make one per process; it follows no redirects and repeats nothing by itself. undici is loaded with
 * the first request: it is most of what a function would start with, and a run that has nothing to ask does without it.
 */
export function createDispatcher(
  timeouts: StageTimeouts = { connect: 5_000, headers: 20_000, body: 10_000 },
): HttpDispatcher {
  const agent = once(async () => {
    const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
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
  });
  return {
    dispatch: async (request, handler) => (await agent()).dispatch(request, handler),
    destroy: async () => (await agent()).destroy(),
  };
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** How one HTTP request ended. */
export type Exchange =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly body: Buffer }
  | {
      readonly kind: 'broken';
      /** False: not a byte of the request was handed to a socket, so that it cannot have had an effect. */
      readonly sent: boolean;
      /** Null: it broke before the answer's headers were there. */
      readonly status: number | null;
      readonly headers: Headers;
      readonly error: Error;
    };

/**
 * Sends one request and collects its answer. Never rejects. It uses undici's handler interface because only
 * `onRequestStart` tells whether the request had begun: a TLS handshake that is reset has the same error code as a
 * reset after a POST was carried out.
 */
export function exchange(
  dispatcher: HttpDispatcher,
  request: Dispatcher.DispatchOptions,
  limits: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<Exchange> {
  const { signal, maxBytes } = limits;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let sent = false;
    let status: number | null = null;
    let headers: Headers = {};
    let controller: Dispatcher.DispatchController | undefined;

    const breakOff = (error: Error) => resolve({ kind: 'broken', sent, status, headers, error });
    const abort = () => {
      // Settled here, not in onResponseError: while undici still connects, an aborted request hears of nothing.
      breakOff(signal.reason);
      controller?.abort(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        // The connection came too late: what was given up must not be sent after all.
        if (signal.aborted) return started.abort(signal.reason);
        controller = started;
        sent = true;
      },
      onResponseStart(_, statusCode, received) {
        if (statusCode < 200) return;
        status = statusCode;
        headers = received;
      },
      onResponseData(started, chunk) {
        size += chunk.length;
        if (size > maxBytes) started.abort(new Error(`The answer is larger than ${maxBytes} bytes`));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        signal.removeEventListener('abort', abort);
        if (status !== null) resolve({ kind: 'answered', status, headers, body: Buffer.concat(chunks) });
      },
      onResponseError(_, error) {
        signal.removeEventListener('abort', abort);
        breakOff(error);
      },
    };
    const dispatch = async () => dispatcher.dispatch(request, handler);
    dispatch().catch(breakOff);
  });
}
