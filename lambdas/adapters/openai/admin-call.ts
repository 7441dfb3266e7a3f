import { NotFoundError, OpenAIError, ThrottledError, UnavailableError, UncertainError } from '../../core/errors.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import type { Log } from '../../core/ports/runtime.ts';
import { type METRICS, measure } from '../../shared/contract/metrics.ts';
import type { CallEnd } from './http.ts';

type Endpoint = (typeof METRICS.AdminCalls.dimensions.Endpoint)[number];
type Answer = (typeof METRICS.AdminCalls.dimensions.Answer)[number];

/** By method and path below the base URL. What is none of these is about keys, service accounts and projects. */
const ENDPOINTS: readonly (readonly [RegExp, Endpoint])[] = [
  [/^POST \/fine_tuning\/checkpoints\/[^/]+\/permissions$/, ENDPOINT_OF.create],
  [/^GET \/fine_tuning\/checkpoints\/[^/]+\/permissions$/, ENDPOINT_OF.list],
  [/^DELETE \/fine_tuning\/checkpoints\/[^/]+\/permissions\/[^/]+$/, ENDPOINT_OF.delete],
  [/^GET \/organization\/audit_logs$/, ENDPOINT_OF.audit],
  [/^GET \/organization\/projects\/[^/]+\/model_permissions$/, ENDPOINT_OF['model-permissions']],
  [/^GET \/organization\/projects\/[^/]+$/, ENDPOINT_OF.project],
];

export function endpointOf({ method, path }: Pick<CallEnd, 'method' | 'path'>): Endpoint {
  return ENDPOINTS.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1] ?? 'keys';
}

export function answerOf(error: unknown): Answer {
  if (error === null) return 'ok';
  if (error instanceof ThrottledError) return 'throttled';
  if (error instanceof NotFoundError) return 'not-found';
  const isFailure = error instanceof UnavailableError || error instanceof UncertainError;
  return error instanceof OpenAIError && !isFailure ? 'refused' : 'failed';
}

/** Tells in the log of every call that was made with the admin key, and not of one for which there was no key; for `createHttp`. */
export function tellingAdminCalls(log: Log): (end: CallEnd) => void {
  return (end) => {
    if (end.error !== null && !(end.error instanceof OpenAIError)) return;
    const dimensions = { Endpoint: endpointOf(end), Answer: answerOf(end.error) };
    log.info('Admin call', measure({ AdminCalls: 1 }, dimensions));
  };
}
