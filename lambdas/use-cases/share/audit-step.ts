import type { AuditEvent } from '../../core/audit/event.ts';
import { endWalk, refuseWalk, unread, walkOf, walkOn } from '../../core/audit/window.ts';
import { isKeyUnusable } from '../../core/checkpoint/answers.ts';
import {
  CallerRefusedError,
  EndlessListError,
  ForbiddenError,
  MissingScopeError,
  NotFoundError,
  OpenAIError,
  RefusedError,
  SecretUnusableError,
  ThrottledError,
} from '../../core/errors.ts';
import type { AuditState, AuditWalk } from '../../core/model/system-state.ts';
import { changeState, readState } from '../change.ts';
import { expectOnward } from '../pages.ts';
import { takeInAudit } from './take-in-audit.ts';
import type { Turn } from './turn.ts';

/** Taken in and recorded together. What is more goes on from there, in this turn or the next. */
const PAGES_AT_ONCE = 5;
/** After a failure that may pass. */
const RETRY_MS = 60_000;

/**
 * Reads the audit log where that is due, and takes in what it tells. The state moves on only after that: after a crash
 * the same events are read again, which changes nothing. It does not wait for a slot, or it would hold up what becomes
 * due in the meantime, and sharing does not depend on it. Returns the number of calls.
 */
export async function auditStep(turn: Turn): Promise<number> {
  const { ledger, now } = turn.deps;
  let calls = 0;
  const cursors = new Set<string>();
  for (;;) {
    const state = await readState(ledger, 'audit');
    if (!isAuditDue(state, now())) return calls;
    const part = await readPart(turn, walkOf(state, now()), cursors);
    calls += part.calls;
    await takeInAudit(turn, unread(state, part.events));
    await changeState(ledger, 'audit', (current) => recordPart(current, part, now()));
    tell(turn, part);
    if (part.ended === 'cut off') return calls;
  }
}

export function isAuditDue({ dueAt }: AuditState, now: number): boolean {
  return dueAt !== null && dueAt <= now;
}

/** Some pages of the audit log, and why there are no more. */
interface Part {
  readonly events: readonly AuditEvent[];
  /** The read after these pages. */
  readonly walk: AuditWalk;
  readonly calls: number;
  readonly unreadable: number;
  /** `cut off`: no time, or no slot, for another page. */
  readonly ended: 'whole' | 'enough for once' | 'cut off' | OpenAIError | SecretUnusableError;
}

/** `cursors` are those that the turn has followed. */
async function readPart(turn: Turn, begun: AuditWalk, cursors: Set<string>): Promise<Part> {
  const { auditLog, now } = turn.deps;
  const events: AuditEvent[] = [];
  let walk = begun;
  let calls = 0;
  let unreadable = 0;
  const end = (ended: Part['ended']): Part => ({ events, walk, calls, unreadable, ended });
  while (calls < PAGES_AT_ONCE) {
    if (!(await turn.goesOn()) || !(await turn.slotAtOnce('audit', 'repair'))) return end('cut off');
    try {
      calls++;
      const page = await turn.ask('audit', () => auditLog.list(walk));
      expectOnward(page.next, cursors);
      if (page.next !== null) cursors.add(page.next);
      events.push(...page.events);
      unreadable += page.unreadable;
      walk = walkOn(walk, page.events, page.next, now());
      if (page.next === null) return end('whole');
    } catch (error) {
      if (error instanceof OpenAIError || error instanceof SecretUnusableError) return end(error);
      throw error;
    }
  }
  return end('enough for once');
}

function recordPart(state: AuditState, { walk, ended }: Part, now: number): AuditState {
  if (ended === 'whole') return endWalk(state, walk, now);
  // What it has shown is taken in, and the next sweep asks anew: to go on from there would tell nothing that is new.
  if (ended instanceof EndlessListError) return { ...state, walk: null, dueAt: null, access: 'on', refusal: null };
  const isResumable = walk.after !== null;
  if (isRefusal(ended)) {
    // A cursor that OpenAI takes no more is no refusal to read: from the start, then.
    if (isResumable && !(ended instanceof MissingScopeError)) return { ...state, walk: null, dueAt: now + RETRY_MS };
    return refuseWalk(state, ended.message, now);
  }
  const walked: AuditState = isResumable ? { ...state, walk, access: 'on', refusal: null } : state;
  return isPassing(ended) ? { ...walked, dueAt: now + RETRY_MS } : walked;
}

/** OpenAI does not let it be read: it is not switched on, or not for this key, or not there at all. */
function isRefusal(ended: Part['ended']): ended is OpenAIError {
  if (ended instanceof CallerRefusedError) return ended.status === 404;
  return [MissingScopeError, ForbiddenError, NotFoundError, RefusedError].some((kind) => ended instanceof kind);
}

/** Nobody is to blame, and nothing else waits for it to pass. */
function isPassing(ended: Part['ended']): boolean {
  return ended instanceof OpenAIError && !isKeyUnusable(ended) && !(ended instanceof ThrottledError);
}

function tell({ deps: { log } }: Turn, { events, calls, unreadable, ended }: Part): void {
  if (unreadable > 0) log.warn('Audit events of another form than documented were left out', { unreadable });
  if (ended instanceof Error) {
    const requestId = ended instanceof OpenAIError ? ended.requestId : null;
    log.warn('Audit log not read', { off: isRefusal(ended), reason: ended.message, requestId });
  } else if (calls > 0) {
    log.info('Audit log read', { calls, events: events.length, whole: ended === 'whole' });
  }
}
