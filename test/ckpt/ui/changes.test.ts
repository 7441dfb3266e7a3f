import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Operator } from '../../../bin/ckpt/aws/operator-function.ts';
import { CliError } from '../../../bin/ckpt/errors.ts';
import { followEvents, type News } from '../../../bin/ckpt/ui/changes.ts';
import type { EventEntry } from '../../../lambdas/shared/contract/operator.ts';
import { aPermission, aRecord, ledgerWith, MODEL } from '../../use-cases/operate/ask.ts';
import { serve } from './serving.ts';

const LONG_AGO = '2026-01-01T00:00:00.000Z';

function anEvent(id: string, at = LONG_AGO): EventEntry {
  const rest = { actor: 'share', plan: null, act: null, note: null, checkpoint: null, jobId: null, source: null };
  return { id, at, ...rest, changes: [] };
}

/** An operator that has these events, and how often it was asked; `fail` makes it refuse, a page holds no more than `most`. */
function anOperator() {
  const events: EventEntry[] = [];
  const state = { asked: 0, fail: null as CliError | null, most: Number.POSITIVE_INFINITY };
  const ask = async ({ limit = 0 }: { readonly limit?: number }) => {
    state.asked++;
    if (state.fail) throw state.fail;
    const newest = events.toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const page = newest.slice(0, Math.min(limit, state.most));
    return { events: page, cursor: page.length < newest.length ? (page.at(-1)?.id ?? null) : null };
  };
  return { operator: { ask } as unknown as Operator, events, state };
}

/** What a listener was told, one after the other. */
function listening() {
  const told: News[] = [];
  const waiting: ((news: News) => void)[] = [];
  return {
    listener: (news: News) => {
      const next = waiting.shift();
      if (next) next(news);
      else told.push(news);
    },
    next: async (): Promise<News> => told.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    left: told,
  };
}

const ids = (news: News) => (news.kind === 'events' ? news.events.map(({ id }) => id) : news.kind);

describe('what the pages are told', () => {
  it('is what comes after they began to listen, however many there were before', async () => {
    const { operator, events } = anOperator();
    for (let i = 100; i < 140; i++) events.push(anEvent(`e${i}`));
    const { listener, next } = listening();
    const stop = followEvents(operator, { everyMs: 5 }).listen(listener);
    expect(await next()).toEqual({ kind: 'well' });
    events.push(anEvent('e200'));
    expect(ids(await next())).toEqual(['e200']);
    events.push(anEvent('e202'));
    expect(ids(await next())).toEqual(['e202']);
    // Written a little later by a function whose clock is a little behind.
    events.push(anEvent('e201'));
    expect(ids(await next())).toEqual(['e201']);
    stop();
  });

  it('is all of many, and of too many only that there were', async () => {
    const { operator, events } = anOperator();
    events.push(anEvent('e1000'));
    const { listener, next } = listening();
    const stop = followEvents(operator, { everyMs: 5 }).listen(listener);
    await next();
    events.push(...Array.from({ length: 60 }, (_, i) => anEvent(`e${2000 + i}`)));
    expect(ids(await next())).toHaveLength(60);
    events.push(...Array.from({ length: 600 }, (_, i) => anEvent(`e${3000 + i}`)));
    expect(await next()).toEqual({ kind: 'lost' });
    events.push(anEvent('e4000'));
    expect(ids(await next())).toEqual(['e4000']);
    stop();
  });

  it.each([10, 30])(
    'is that there were too many, too, where a page holds no more than %i, being full',
    async (most) => {
      const { operator, events, state } = anOperator();
      events.push(anEvent('e1000'));
      const { listener, next } = listening();
      const stop = followEvents(operator, { everyMs: 5 }).listen(listener);
      await next();
      state.most = most;
      events.push(...Array.from({ length: 60 }, (_, i) => anEvent(`e${2000 + i}`)));
      expect(await next()).toEqual({ kind: 'lost' });
      events.push(anEvent('e3000'));
      expect(ids(await next())).toEqual(['e3000']);
      stop();
    },
  );

  it('is for one who comes later how it stands, well or not', async () => {
    const { operator, state } = anOperator();
    state.fail = new CliError({ name: 'NoCredentialsError', message: 'No credentials.', next: 'Log in.' });
    const [one, other] = [listening(), listening()];
    const feed = followEvents(operator, { everyMs: 5 });
    const stops = [feed.listen(one.listener)];
    const told = await one.next();
    stops.push(feed.listen(other.listener));
    expect(other.left).toEqual([told]);
    for (const stop of stops) stop();
  });

  it('begins with what was done in the minute before, which may have come after what they have read', async () => {
    const { operator, events } = anOperator();
    events.push(anEvent('e1'), anEvent('e2', '2026-01-01T00:09:30.000Z'));
    const { listener, next } = listening();
    const now = () => Date.parse('2026-01-01T00:10:00.000Z');
    const stop = followEvents(operator, { everyMs: 5, now }).listen(listener);
    expect(await next()).toEqual({ kind: 'well' });
    expect(ids(await next())).toEqual(['e2']);
    stop();
  });

  it('is what is wrong, and that it is well again', async () => {
    const { operator, state } = anOperator();
    const problem = { name: 'NoCredentialsError', message: 'No credentials.', next: 'Log in.' };
    state.fail = new CliError(problem);
    const { listener, next } = listening();
    const feed = followEvents(operator, { everyMs: 5 });
    const stop = feed.listen(listener);
    expect(await next()).toEqual({ kind: 'problem', problem });
    stop();
    state.fail = null;
    const again = feed.listen(listener);
    expect(await next()).toEqual({ kind: 'well' });
    again();
  });

  it('costs one look for all pages, and none while nobody listens', async () => {
    const { operator, events, state } = anOperator();
    const [one, other] = [listening(), listening()];
    const feed = followEvents(operator, { everyMs: 5 });
    expect(state.asked).toBe(0);
    const stops = [feed.listen(one.listener), feed.listen(other.listener)];
    await one.next();
    await other.next();
    events.push(anEvent('e1'));
    expect(ids(await one.next())).toEqual(ids(await other.next()));
    for (const stop of stops) stop();
    const { asked } = state;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state.asked).toBe(asked);
  });
});

describe('the stream of changes', () => {
  it('tells of a write to the ledger', async () => {
    const ledger = await ledgerWith(aRecord([]));
    await using page = await serve({ ledger });
    const response = await fetch(`${page.url}changes`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    if (response.body === null) throw new Error('no body');
    const lines = createInterface({ input: Readable.fromWeb(response.body as never) })[Symbol.asyncIterator]();
    const nextNews = async (): Promise<News> => {
      for (;;) {
        const { value } = await lines.next();
        if (value?.startsWith('data: ')) return JSON.parse(value.slice(6));
      }
    };
    expect(await nextNews()).toEqual({ kind: 'well' });
    const before = await ledger.getCheckpoint(MODEL);
    if (before === undefined) throw new Error('no record');
    const permissions = { proj_A: aPermission('proj_A', 'active', { permissionId: 'cp_1' }) };
    await ledger.saveCheckpoint({ ...before, permissions }, before);
    expect(await nextNews()).toMatchObject({ kind: 'events', events: [{ checkpoint: MODEL }] });
  });
});
