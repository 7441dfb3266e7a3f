import type { Endpoint } from './endpoints.ts';
import type { FaultKind } from './faults.ts';

/** One request that came in. */
export interface Call {
  /** The fake's clock when it came in, in milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** As sent: escapes and query string included. */
  readonly path: string;
  /** Null for a request that no endpoint is prepared for. */
  readonly endpoint: Endpoint | null;
  /** `none` = no key was sent, `unknown` = one that is not known or no longer. */
  readonly keyKind: 'admin' | 'project' | 'none' | 'unknown';
  /** The JSON that was sent; undefined when there was none or it could not be read. */
  readonly body: unknown;
  readonly requestId: string;
  /** Null while it has not been answered; for one that was reset or hangs, for ever. */
  readonly status: number | null;
  /** Whether it changed anything at OpenAI. */
  readonly effect: boolean;
  /** The fault it met. A 429 with `none` is the throttle's. */
  readonly fault: FaultKind;
}

/** Which calls are meant; what is left out fits every call. */
export interface CallFilter {
  readonly endpoint?: Endpoint;
  readonly status?: number | null;
  readonly keyKind?: Call['keyKind'];
  readonly effect?: boolean;
}

type OpenCall = { -readonly [K in keyof Call]: Call[K] };

export class CallLog {
  #calls: OpenCall[] = [];

  /** In the order of arrival. A call's status and effect are filled in when it has been dealt with. */
  get all(): readonly Call[] {
    return this.#calls;
  }

  begin(call: Omit<Call, 'status' | 'effect' | 'fault'>): OpenCall {
    const open: OpenCall = { ...call, status: null, effect: false, fault: 'none' };
    this.#calls.push(open);
    return open;
  }

  count(filter: CallFilter = {}): number {
    return this.#calls.filter((call) => matches(call, filter)).length;
  }

  byEndpoint(): Readonly<Partial<Record<Endpoint | 'unexpected', number>>> {
    return tally(this.#calls.map((call) => call.endpoint ?? 'unexpected'));
  }

  /** Keys are the status, or `none` for calls that were not answered. */
  byStatus(): Readonly<Record<string, number>> {
    return tally(this.#calls.map((call) => String(call.status ?? 'none')));
  }

  reset(): void {
    this.#calls = [];
  }
}

function matches(call: Call, { endpoint, status, keyKind, effect }: CallFilter): boolean {
  return (
    (endpoint === undefined || call.endpoint === endpoint) &&
    (status === undefined || call.status === status) &&
    (keyKind === undefined || call.keyKind === keyKind) &&
    (effect === undefined || call.effect === effect)
  );
}

function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
