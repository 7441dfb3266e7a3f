import type { Dispatcher } from 'undici';

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
  dispatcher: Dispatcher,
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

    dispatcher.dispatch(request, {
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
    });
  });
}
