import { SharingError } from '../../core/errors.ts';
import type { LedgerEvent } from '../../core/events/event.ts';
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
  const { ledger, now, log } = deps;
  const stopAt = now() + remainingMs - PAGE_MS;
  const refusals: string[] = [];
  let told = 0;
  let cursor: string | null = null;
  do {
    const page = await ledger.unpublishedEvents(cursor);
    const answers = await publishPage(deps, page.items);
    told += answers.length;
    refusals.push(...answers.filter((refusal) => refusal !== null));
    cursor = page.cursor;
  } while (cursor !== null && now() < stopAt);
  if (told > refusals.length) log.info('Events published', { published: told - refusals.length });
  if (refusals.length === 0) return;
  throw new PublishError(`The event bus did not take ${refusals.length} of ${told} events: ${refusals[0]}`);
}

/** Of each event that was told, why the bus did not take it; null where it did. */
async function publishPage(
  { policy, ledger, bus, stack, log }: PublishDeps,
  items: readonly LedgerEvent[],
): Promise<readonly (string | null)[]> {
  const events = items.flatMap((event) => publishedEvents(event, policy, stack));
  const refusals = events.length === 0 ? [] : await bus.put(events);
  const kept = new Set<string>();
  for (const [index, { type, detail }] of events.entries()) {
    const reason = refusals[index] ?? null;
    if (reason === null) continue;
    kept.add(detail.ledgerEvent);
    log.warn('The event bus did not take an event', { detailType: type, id: detail.id, reason });
  }
  await ledger.markPublished(items.map(({ id }) => id).filter((id) => !kept.has(id)));
  return refusals;
}
