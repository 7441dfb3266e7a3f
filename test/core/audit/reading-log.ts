import type { AuditEvent } from '../../../lambdas/core/audit/event.ts';
import { endWalk, unread, walkOf, walkOn } from '../../../lambdas/core/audit/window.ts';
import type { AuditState } from '../../../lambdas/core/model/system-state.ts';

export const NEVER_READ: AuditState = {
  version: 0,
  dueAt: null,
  readTo: null,
  readFrom: null,
  seen: [],
  walk: null,
  access: 'unknown',
  refusal: null,
  readAt: null,
};

export interface ReadOptions {
  readonly log: readonly AuditEvent[];
  readonly now: number;
  /** An event shows in the log so long after it took effect; 0 unless told. */
  readonly lagMs?: number;
  readonly newestFirst?: boolean;
  readonly pageSize?: number;
  /** The state is stored after so many pages. */
  readonly pagesAtOnce?: number;
}

/** One whole read of a log as it shows at that time. */
export function readLog(before: AuditState, options: ReadOptions) {
  const { log, now, lagMs = 0, newestFirst = true, pageSize = 100, pagesAtOnce = 5 } = options;
  let state = before;
  const delivered: AuditEvent[] = [];
  let listed = 0;
  for (;;) {
    let walk = walkOf(state, now);
    const { from } = walk;
    const shown = log.filter(({ at }) => at >= from && at <= now - lagMs).sort((a, b) => a.at - b.at);
    if (newestFirst) shown.reverse();
    const part: AuditEvent[] = [];
    for (let page = 0; page < pagesAtOnce; page++) {
      const start = walk.after === null ? 0 : shown.findIndex(({ id }) => id === walk.after) + 1;
      const events = shown.slice(start, start + pageSize);
      part.push(...events);
      const next = start + pageSize < shown.length ? (events.at(-1)?.id ?? null) : null;
      walk = walkOn(walk, events, next, now);
      if (next === null) break;
    }
    listed += part.length;
    delivered.push(...unread(state, part));
    if (walk.after === null) return { state: endWalk(state, walk, now), delivered, listed };
    state = { ...state, walk };
  }
}
