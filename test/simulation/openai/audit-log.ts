import type { AuditEvent } from '../../../lambdas/core/audit/event.ts';
import { MissingScopeError, NotFoundError } from '../../../lambdas/core/errors.ts';
import type { AuditLogApi } from '../../../lambdas/core/ports/openai.ts';
import type { Draw } from '../engine/draw.ts';
import type { AuditQuirks } from '../scenario/quirks.ts';

type Page = Awaited<ReturnType<AuditLogApi['list']>>;
type NewEvent = AuditEvent extends infer Event ? (Event extends AuditEvent ? Omit<Event, 'id' | 'at'> : never) : never;

/** The organisation's audit log: every change of a permission and every closed project, each with its delay. */
export class AuditLog {
  readonly #quirks: AuditQuirks;
  readonly #now: () => number;
  readonly #draw: Draw;
  readonly #events: { readonly event: AuditEvent; readonly shownFrom: number }[] = [];

  constructor(quirks: AuditQuirks, now: () => number, draw: Draw) {
    this.#quirks = quirks;
    this.#now = now;
    this.#draw = draw;
  }

  add(event: NewEvent): void {
    const now = this.#now();
    const id = `audit_log-${this.#events.length + 1}`;
    // OpenAI's times are whole seconds.
    const at = Math.floor(now / 1_000) * 1_000;
    this.#events.push({ event: { ...event, id, at }, shownFrom: now + this.#draw.int(0, this.#quirks.lagMs) });
  }

  /** One page. A cursor is the id of the last event of the page before. */
  list(from: number, after: string | null): Page {
    const { access, order, pageSize } = this.#quirks;
    if (access === 'forbidden') throw new MissingScopeError('Missing scopes: api.audit_logs.read', { status: 401 });
    if (access === 'not-found') throw new NotFoundError('The audit log is not switched on', { status: 404 });
    const since = Math.floor(from / 1_000) * 1_000;
    const shown = this.#events.filter(({ event, shownFrom }) => shownFrom <= this.#now() && event.at >= since);
    const sorted = order === 'ascending' ? shown : shown.toReversed();
    const rest = sorted.slice(sorted.findIndex(({ event }) => event.id === after) + 1);
    const events = rest.slice(0, pageSize).map(({ event }) => event);
    return { events, next: rest.length > events.length ? (events.at(-1)?.id ?? null) : null, unreadable: 0 };
  }
}
