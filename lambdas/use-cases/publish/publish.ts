import { SharingError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { EventBus } from '../../core/ports/event-bus.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Clock, Log } from '../../core/ports/runtime.ts';
import { publishedEvents } from './published.ts';

export interface PublishDeps {
  readonly policy: Policy;
  readonly ledger: Pick<Ledger, 'unpublishedEvents' | 'markPublished'>;
  readonly bus: EventBus;
  /** The stack's name. */
  readonly stack: string;
  readonly now: Clock;
  readonly log: Log;
}

/** The bus did not take some events. They stay where they are, and every other one was published. */
export class PublishError extends SharingError {
  override readonly name = 'PublishError' as const;
}

/** What one page may take. */
const PAGE_MS = 20_000;

/**
 * Publishes what the ledger's events tell and nobody was told yet; `remainingMs` is what is left of the function's time.
 * An event is marked when the bus has all that it tells, so that a crash in between tells it twice, under the same ids, and
 * none is lost. Whatever is not taken holds up no other, and is tried again next time; it fails this one, so that the alarm
 * rings.
 */
export async function publish(deps: PublishDeps, remainingMs: number): Promise<void> {
  const { ledger, bus, policy, stack, now, log } = deps;
  const stopAt = now() + remainingMs - PAGE_MS;
  const refusals: string[] = [];
  let cursor: string | null = null;
  let published = 0;
  do {
    const page = await ledger.unpublishedEvents(cursor);
    const told = page.items.map(({ id }) => id);
    const events = page.items.flatMap((event) => publishedEvents(event, policy, stack));
    const whyNot = events.length === 0 ? [] : await bus.put(events);
    const kept = new Set<string>();
    for (const [index, { type, detail }] of events.entries()) {
      const refusal = whyNot[index] ?? null;
      if (refusal === null) continue;
      kept.add(detail.ledgerEvent);
      refusals.push(refusal);
      log.warn('The event bus did not take an event', { detailType: type, id: detail.id, reason: refusal });
    }
    await ledger.markPublished(told.filter((id) => !kept.has(id)));
    published += events.length;
    cursor = page.cursor;
  } while (cursor !== null && now() < stopAt);
  published -= refusals.length;
  if (published > 0) log.info('Events published', { published });
  if (refusals.length > 0)
    throw new PublishError(`The event bus did not take ${refusals.length} events: ${refusals[0]}`);
}
