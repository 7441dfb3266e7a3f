import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ObserveRequest } from '../../lambdas/core/model/observe-request.ts';
import { createWebhookReceiver } from '../../lambdas/use-cases/receive-webhook.ts';
import { toDelivery, toResponse } from '../../lambdas/webhook/http.ts';
import { secretOf, signed } from '../core/webhook/signing.ts';
import { httpEvent, JOB_EVENT } from './events.ts';

export const key = Buffer.alloc(32, 1);
export const nextKey = Buffer.alloc(32, 2);
export const forgersKey = Buffer.alloc(32, 3);

/** The webhook endpoint on ports in memory: the source `research`, one secret behind a cache, a clock, a queue. */
export function makeEndpoint() {
  const state = {
    ms: 1_795_000_000_000,
    /** What Secrets Manager holds. */
    stored: [secretOf(key)] as readonly string[] | Error,
    /** What the cache holds; null = nothing yet. */
    cached: null as readonly string[] | null,
    queueDown: false,
  };
  const queued: ObserveRequest[] = [];
  const reads: ('cached' | 'fresh')[] = [];
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const write =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void lines.push({ level, message, fields });

  const receive = createWebhookReceiver({
    sources: new Map([['research', 'arn:webhook']]),
    secrets: {
      async currentAndPrevious(secretId, { fresh = false } = {}) {
        if (secretId !== 'arn:webhook') throw new Error(`unprepared secret: ${secretId}`);
        reads.push(fresh ? 'fresh' : 'cached');
        if (fresh || state.cached === null) {
          if (state.stored instanceof Error) throw state.stored;
          state.cached = state.stored;
        }
        return state.cached;
      },
    },
    queue: {
      async send(request) {
        if (state.queueDown) throw new Error('queue away');
        queued.push(request);
      },
    },
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    now: () => state.ms,
  });
  const send = async (event: APIGatewayProxyEventV2) => toResponse(await receive(toDelivery(event)));

  return {
    state,
    queued,
    reads,
    lines,
    send,
    /** A delivery to `research` that was signed just now. */
    deliver: (body: string | Uint8Array = JOB_EVENT, by: Uint8Array = key) =>
      send(httpEvent('research', signed(by, body, Math.floor(state.ms / 1000)))),
  };
}
