import { checkAccess, keyKind } from './access.ts';
import { ApiError, badRequest, serverError, tooManyRequests, UnpreparedError } from './api-error.ts';
import type { CallLog } from './calls.ts';
import { answered, type Ending, endWith, refused } from './endings.ts';
import type { Faults } from './faults.ts';
import { findRoute, type Match } from './router.ts';
import type { Answer, ApiRequest, Route } from './routes/route.ts';
import type { ApiKey } from './state/keys.ts';
import type { World } from './state/world.ts';
import type { Throttle } from './throttle.ts';

/** A request that no test prepared the fake for. */
export interface Unexpected {
  readonly method: string;
  /** As sent. */
  readonly path: string;
  readonly reason: string;
}

export interface Service {
  readonly world: World;
  readonly throttle: Throttle;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly unexpected: Unexpected[];
  readonly sleep: (ms: number) => Promise<void>;
}

/** A request as it came over the wire. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly requestId: string;
}

/** Key, then whoever is refused, then throttle, then fault, then work: only what OpenAI would let in can meet a fault. */
export async function respond(service: Service, incoming: Incoming): Promise<Ending> {
  const { world, calls } = service;
  const { method, path, authorization, requestId } = incoming;
  const url = new URL(`http://fake${path}`);
  const match = findRoute(method, url.pathname);
  const key = world.keys.find(authorization);
  const call = calls.begin({
    at: world.now(),
    method,
    path,
    endpoint: match?.route.endpoint ?? null,
    keyKind: keyKind(key, authorization),
    body: tryJson(incoming.text).value,
    requestId,
  });
  let ending: Ending;
  try {
    if (!match)
      throw new UnpreparedError(404, `Unknown request URL: ${method} ${url.pathname}.`, { code: 'unknown_url' });
    const { route } = match;
    const request = apiRequest(incoming, match, url, checkAccess(key, authorization, route, world));
    world.refusals.checkCaller(route.endpoint);
    checkThrottle(service.throttle, route);
    const fault = service.faults.next(route.endpoint);
    call.fault = fault.kind;
    request.key.lastUsedAt = world.now();
    const work = async () => {
      const answer = await carryOut(service, incoming, async () => route.handle(request, world));
      call.effect = answer.effect;
      return answer;
    };
    ending = await endWith(fault, work, service.sleep);
  } catch (error) {
    ending = answered(refusal(service, incoming, error));
  }
  if ('answer' in ending) call.status = ending.answer.status;
  return ending;
}

function checkThrottle(throttle: Throttle, { endpoint, key }: Route): void {
  const waitMs = throttle.admit(endpoint, key === 'admin');
  if (waitMs === null) return;
  throw tooManyRequests(throttle.settings.retryAfter ? Math.max(1, Math.ceil(waitMs / 1000)) : null);
}

async function carryOut(service: Service, incoming: Incoming, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    return refusal(service, incoming, error);
  }
}

/** The answer to a request that was refused. What nobody prepared for is kept for the test to fail on. */
function refusal({ unexpected }: Service, { method, path }: Incoming, error: unknown): Answer {
  if (error instanceof ApiError && !(error instanceof UnpreparedError)) return refused(error);
  unexpected.push({ method, path, reason: String(error) });
  return refused(error instanceof ApiError ? error : serverError());
}

function apiRequest({ text, contentType }: Incoming, { params }: Match, url: URL, key: ApiKey): ApiRequest {
  return {
    key,
    query: url.searchParams,
    param: (name) => params[name] ?? '',
    json: () => {
      const { ok, value } = tryJson(text);
      if (ok && contentType?.startsWith('application/json')) return value;
      throw badRequest('We could not parse the JSON body of your request. Send JSON, as application/json.');
    },
  };
}

function tryJson(text: string): { readonly ok: boolean; readonly value: unknown } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, value: undefined };
  }
}
