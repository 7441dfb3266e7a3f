import { LANES } from '../model/permission.ts';
import { NO_RESTS, type Rest, type RestKind, type Rests } from '../model/rests.ts';
import { type AdminCall, ENDPOINT_OF } from './endpoints.ts';
import { doubtedSince, ofKey } from './key-standing.ts';

const MINUTE = 60_000;

/** The first rest and the longest; each is twice as long as the one before. A person is told meanwhile. */
const PACE: Readonly<Record<RestKind, { readonly first: number; readonly longest: number }>> = {
  'key-refused': { first: 5 * MINUTE, longest: 15 * MINUTE },
  'key-unusable': { first: 0, longest: 0 },
  'wrong-key': { first: 5 * MINUTE, longest: 15 * MINUTE },
  'key-doubted': { first: 5 * MINUTE, longest: 15 * MINUTE },
  'scope-missing': { first: 15 * MINUTE, longest: 60 * MINUTE },
  'account-refused': { first: 2 * MINUTE, longest: 5 * MINUTE },
  'caller-refused': { first: MINUTE, longest: 15 * MINUTE },
};

export interface Refusal {
  readonly kind: RestKind;
  readonly reason: string;
  /** Of the key that was refused. */
  readonly keyMark: string | null;
}

/** Every admin call rests: more of them would be refused like this one. */
export function restKey(rests: Rests, refusal: Refusal, now: number): Rests {
  const key = restAfter(rests.key, refusal, now);
  return key === rests.key ? rests : { ...ofKey(rests, refusal.keyMark), key };
}

/** Calls to one endpoint rest; the others go on. */
export function restEndpoint(rests: Rests, call: AdminCall, refusal: Refusal, now: number): Rests {
  const endpoint = ENDPOINT_OF[call];
  const before = rests.endpoints[endpoint] ?? null;
  const rest = restAfter(before, refusal, now);
  if (rest === before) return rests;
  return { ...ofKey(rests, refusal.keyMark), endpoints: { ...rests.endpoints, [endpoint]: rest } };
}

/**
 * A call was let in: neither its endpoint nor the key has a reason to rest. Another organisation's key is let in, too, and
 * only what is done to a checkpoint of ours, as `isOurs` says, shows that it is ours after all.
 */
export function endRests(rests: Rests, call: AdminCall, isOurs = LANES.some((lane) => lane === call)): Rests {
  const { [ENDPOINT_OF[call]]: rest, ...endpoints } = rests.endpoints;
  const isForeign = rests.key?.kind === 'wrong-key' || rests.key?.kind === 'key-doubted';
  const key = isForeign && !isOurs ? rests.key : null;
  return rests.key === key && rest === undefined ? rests : { ...rests, key, endpoints };
}

/** There is another key: what was refused to the one before says nothing of it. */
export function forgetRests(rests: Rests): Rests {
  return isAnyRefused(rests) ? { ...NO_RESTS, version: rests.version } : rests;
}

/** Whether anything was refused and has not been let in since. */
export function isAnyRefused(rests: Rests): boolean {
  return rests.key !== null || Object.keys(rests.endpoints).length > 0 || doubtedSince(rests) !== null;
}

/** A person asks for something, who may have mended the cause: all may be tried once more. */
export function mayTryAgain(rests: Rests, now: number): Rests {
  const wake = (rest: Rest) => (isResting(rest, now) ? { ...rest, until: now } : rest);
  const key = rests.key && wake(rests.key);
  const endpoints = Object.fromEntries(Object.entries(rests.endpoints).map(([name, rest]) => [name, wake(rest)]));
  const isChanged =
    key !== rests.key || Object.entries(endpoints).some(([name, rest]) => rest !== rests.endpoints[name]);
  return isChanged ? { ...rests, key, endpoints } : rests;
}

/** Why no call to the endpoint is to begin now; null where one may. */
export function restOf({ key, endpoints }: Rests, endpoint: string, now: number): Rest | null {
  return [key, endpoints[endpoint] ?? null].find((rest) => isResting(rest, now)) ?? null;
}

/** What a person is shown of an endpoint: also that the key's secret holds none, which is looked at again every minute. */
export function shownRestOf(rests: Rests, endpoint: string, now: number): Rest | null {
  return restOf(rests, endpoint, now) ?? (rests.key?.kind === 'key-unusable' ? rests.key : null);
}

export function isResting(rest: Rest | null, now: number): boolean {
  return rest !== null && rest.until > now;
}

/** Refused once more while it rests, by a call that had begun before: that tells nothing new. */
function restAfter(before: Rest | null, { kind, reason }: Refusal, now: number): Rest {
  const again = before?.kind === kind ? before : null;
  if (again !== null && (isResting(again, now) || (kind === 'key-unusable' && again.reason === reason))) return again;
  const { first, longest } = PACE[kind];
  const tries = (again?.tries ?? 0) + 1;
  const until = now + Math.min(longest, first * 2 ** (tries - 1));
  return { kind, reason, since: again?.since ?? now, until, tries };
}
