import type { Priority } from '../model/permission.ts';
import { grantStart, type PacerRules, type PacerWindow } from './window.ts';

/** So many calls of each priority. */
export type Calls = Readonly<Partial<Record<Priority, number>>>;

/** Beyond it a further call takes what the calls before it took: nobody needs the millisecond of the ten-thousandth. */
const WALKED = 2_000;

/** The limit as learned up to now: more may be borne, and nobody knows. */
export const NO_GROWTH = { growAfterMs: Number.POSITIVE_INFINITY, probeAfterMs: Number.POSITIVE_INFINITY };

/**
 * Milliseconds from `now` until the last of the calls may start, if nobody else uses the endpoint: what is urgent goes
 * first, as fast as the window lets it under the limit of now.
 */
export function forecast(window: PacerWindow, pace: PacerRules, calls: Calls, now: number): number {
  const rules = { ...pace, ...NO_GROWTH };
  const { verify = 0, retry = 0, fresh = 0, repair = 0 } = calls;
  const urgent = walk(window, rules, 'fresh', fresh + repair, now);
  return walk(urgent.window, rules, 'verify', verify + retry, urgent.at).at - now;
}

function walk(window: PacerWindow, rules: PacerRules, priority: Priority, calls: number, from: number) {
  let at = from;
  let current = window;
  const walked = Math.min(calls, WALKED);
  for (let call = 0; call < walked; ) {
    const grant = grantStart(current, rules, priority, at);
    if (grant.kind === 'wait') {
      at += Math.max(1, grant.ms);
    } else {
      current = grant.window;
      call++;
    }
  }
  const pace = walked === 0 ? 0 : (at - from) / walked;
  return { window: current, at: at + Math.round(pace * (calls - walked)) };
}
