import { expect, it } from 'vitest';
import { otherEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import type { LedgerEvent } from '../../lambdas/core/events/event.ts';
import { newModel } from '../../lambdas/core/model/openai-model.ts';
import { NOT_PAUSED } from '../../lambdas/core/pause/pause.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { aCheckpoint, aPermission, MODEL, T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';
import { JOB } from './ledger-jobs.ts';

const JANE = { actor: 'jane', plan: null };
const eventOf = (unique: string, at = T0) => otherEvent('paused', unique, JANE, at, unique);

export function outboxRules(makeLedger: MakeLedger): void {
  it('is empty before anything is done', async () => {
    const ledger = await makeLedger();
    expect(await ledger.unpublishedEvents(null)).toEqual({ items: [], cursor: null });
  });

  it('has every event whole until that is marked, however it came to be', async () => {
    const clock = { at: T0 };
    const ledger = await makeLedger({ ...JANE, now: () => clock.at++ });
    const event = eventOf('request-1', clock.at++);
    await ledger.addEvent(event);
    await ledger.saveCheckpoint(aCheckpoint(aPermission('proj_A', 'active')), aCheckpoint());
    await ledger.saveJob(JOB, eventOf('request-2', clock.at++));
    await ledger.saveState('pause', NOT_PAUSED, eventOf('request-3', clock.at++));
    await ledger.saveModel(newModel('gpt-x'), eventOf('request-4', clock.at++));
    const told = (await ledger.listEvents({ checkpoint: null, cursor: null, limit: 10 })).items.toReversed();
    expect(told.map(({ note, checkpoint }) => note ?? checkpoint)).toEqual([
      'request-1',
      MODEL,
      'request-2',
      'request-3',
      'request-4',
    ]);
    expect(await all(ledger)).toEqual(told);
    await ledger.markPublished([event.id, told[2]?.id ?? '']);
    expect(await all(ledger)).toEqual([told[1], told[3], told[4]]);
    await ledger.markPublished(told.map(({ id }) => id));
    expect(await all(ledger)).toEqual([]);
    expect((await ledger.listEvents({ checkpoint: null, cursor: null, limit: 10 })).items).toHaveLength(5);
  });

  it('has nothing of a write that does not stand', async () => {
    const ledger = await makeLedger();
    const stale = { ...aCheckpoint(aPermission('proj_A', 'active')), version: 7 };
    expect(await ledger.saveCheckpoint(stale, { ...aCheckpoint(), version: 7 })).toBe(false);
    expect(await ledger.saveModel({ ...newModel('gpt-x'), version: 3 }, eventOf('late'))).toBe(false);
    expect(await all(ledger)).toEqual([]);
  });

  it('does not have an event again that is added once more after it was published', async () => {
    const ledger = await makeLedger();
    const event = eventOf('request-1');
    await ledger.addEvent(event);
    await ledger.addEvent(event);
    expect(await all(ledger)).toEqual([event]);
    await ledger.markPublished([event.id]);
    await ledger.addEvent(event);
    expect(await all(ledger)).toEqual([]);
  });

  it('comes in pages, the oldest first, also while those before are marked', async () => {
    const ledger = await makeLedger();
    const events = Array.from({ length: 230 }, (_, index) => eventOf(`request-${index}`, T0 + index));
    for (const event of events) await ledger.addEvent(event);
    expect(await all(ledger)).toEqual(events);
    const found: LedgerEvent[] = [];
    for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
      const page = await ledger.unpublishedEvents(cursor);
      expect(page.items.length).toBeLessThanOrEqual(100);
      found.push(...page.items);
      await ledger.markPublished(page.items.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(found).toEqual(events);
    expect(await all(ledger)).toEqual([]);
  });
}

async function all(ledger: Ledger): Promise<readonly LedgerEvent[]> {
  const items: LedgerEvent[] = [];
  let cursor: string | null = null;
  do {
    const page = await ledger.unpublishedEvents(cursor);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return items;
}
