import { describe, expect, it } from 'vitest';
import { newCheckpoint } from '../../lambdas/core/checkpoint/record.ts';
import { ContentionError } from '../../lambdas/core/errors.ts';
import { otherEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import type { SweepRecord } from '../../lambdas/core/model/sweep.ts';
import {
  change,
  changeAsRead,
  changeCheckpoint,
  changeJob,
  changeState,
  changeSweep,
  readState,
} from '../../lambdas/use-cases/change.ts';
import { createInMemoryLedger, type InMemoryLedger } from '../in-memory/ledger.ts';
import { aJobRecord } from './operate/ask.ts';

/** A document that says who has changed it. */
interface Guests {
  readonly version: number;
  readonly names: readonly string[];
}

const NOBODY: Guests = { version: 0, names: [] };
const adding = (name: string) => (guests: Guests) => ({ ...guests, names: [...guests.names, name] });

/** A store of one document, which counts what is asked of it. */
function createStore(document: Guests | undefined = undefined) {
  const store = { document, reads: 0, writes: 0 };
  return Object.assign(store, {
    name: 'the guests',
    get: async (): Promise<Guests> => {
      store.reads++;
      return store.document ?? NOBODY;
    },
    put: async (after: Guests, before: Guests) => {
      store.writes++;
      if ((store.document?.version ?? 0) !== before.version) return false;
      store.document = { ...after, version: after.version + 1 };
      return true;
    },
  });
}

describe('a change of a stored document', () => {
  it('begins with what stands in for one that is not there, and gives back what is stored then', async () => {
    const store = createStore();
    const changed = await change(store, adding('ann'));
    expect(changed).toEqual({ version: 1, names: ['ann'] });
    expect(store.document).toEqual(changed);
  });

  it('that changes nothing writes nothing', async () => {
    const store = createStore();
    expect(await change(store, (guests) => guests)).toBe(NOBODY);
    expect(store).toMatchObject({ document: undefined, writes: 0 });
  });

  it('is not decided on where the document is missing and nothing stands in for it', async () => {
    const store = { name: 'none', get: async (): Promise<Guests | undefined> => undefined, put: createStore().put };
    expect(await change(store, () => expect.unreachable())).toBeUndefined();
  });

  it('is lost by none of many that come at once', async () => {
    const store = createStore();
    const names = Array.from({ length: 20 }, (_, index) => `guest ${index}`);
    await Promise.all(names.map((name) => change(store, adding(name))));
    expect([...(store.document?.names ?? [])].sort()).toEqual(names.sort());
    expect(store.document?.version).toBe(20);
  });

  it('is decided on anew, on what somebody else wrote in between', async () => {
    const store = createStore();
    const seen: number[] = [];
    const changed = await change(store, (guests) => {
      seen.push(guests.version);
      if (seen.length === 1) void store.put(adding('bob')(guests), guests);
      return adding('ann')(guests);
    });
    expect(seen).toEqual([0, 1]);
    expect(changed).toEqual({ version: 2, names: ['bob', 'ann'] });
  });

  it('is written on the version that it was decided on, whatever the decision says', async () => {
    const store = createStore({ version: 7, names: [] });
    expect(await change(store, (guests) => ({ ...adding('ann')(guests), version: 99 }))).toMatchObject({ version: 8 });
    expect(store.document?.version).toBe(8);
  });

  it('that never gets through is an error that names it, after a bounded number of tries', async () => {
    const store = createStore();
    let tries = 0;
    const put = async () => ++tries < 0;
    const given = change({ ...store, put }, adding('ann'));
    await expect(given).rejects.toThrow(ContentionError);
    await expect(given).rejects.toThrow(/^the guests changed 32 times/);
    expect(tries).toBe(32);
  });

  it('that fails is not tried again: it may have been written', async () => {
    const store = createStore();
    const put = async (after: Guests, before: Guests) => {
      await store.put(after, before);
      throw new Error('the answer never came');
    };
    await expect(change({ ...store, put }, adding('ann'))).rejects.toThrow('the answer never came');
    expect(store).toMatchObject({ writes: 1, document: { names: ['ann'] } });
  });

  it('whose decision fails writes nothing', async () => {
    const store = createStore();
    const failing = change(store, () => {
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(store.writes).toBe(0);
  });
});

describe('a change of a document as it was read', () => {
  it('does not read it again', async () => {
    const store = createStore();
    const first = await change(store, adding('ann'), NOBODY);
    await change(store, adding('bob'), first);
    expect(store).toMatchObject({ reads: 0, document: { version: 2, names: ['ann', 'bob'] } });
  });

  it('is decided on anew where somebody came between, and loses nothing of theirs', async () => {
    const store = createStore({ version: 1, names: ['bob'] });
    await change(store, adding('ann'), NOBODY);
    expect(store).toMatchObject({ reads: 1, document: { version: 2, names: ['bob', 'ann'] } });
  });

  it('that changes nothing neither reads nor writes', async () => {
    const store = createStore();
    expect(await change(store, (guests) => guests, NOBODY)).toBe(NOBODY);
    expect(store).toMatchObject({ reads: 0, writes: 0 });
  });
});

const FRESH = newCheckpoint('ft:gpt-4o-mini:acme::One', { source: 'research', jobId: null });
const EVENT = otherEvent('paused', null, { actor: 'test', plan: null }, 0, 'request-1');

/** By kind: how it is changed so that it names one more, and whom it names. */
const KINDS: Readonly<
  Record<
    string,
    {
      readonly add: (ledger: InMemoryLedger, name: string) => Promise<{ readonly version: number } | undefined>;
      readonly names: (ledger: InMemoryLedger) => Promise<readonly string[] | undefined>;
    }
  >
> = {
  checkpoint: {
    add: (ledger, name) => changeCheckpoint(ledger, FRESH, (row) => ({ ...row, batches: [...row.batches, [name]] })),
    names: async (ledger) => (await ledger.getCheckpoint(FRESH.checkpoint))?.batches.flat(),
  },
  'checkpoint as read': {
    add: (ledger, name) => changeAsRead(ledger, FRESH, (row) => ({ ...row, batches: [...row.batches, [name]] })),
    names: async (ledger) => (await ledger.getCheckpoint(FRESH.checkpoint))?.batches.flat(),
  },
  job: {
    add: (ledger, name) =>
      changeJob(ledger, 'ftjob-1', (job) => ({ ...job, metadata: { ...job.metadata, [name]: '' } }), {
        ...EVENT,
        id: name,
      }),
    names: async (ledger) => Object.keys((await ledger.getJob('ftjob-1'))?.metadata ?? {}),
  },
  state: {
    add: (ledger, name) =>
      changeState(ledger, 'audit', (audit) => ({ ...audit, seen: [...audit.seen, name] }), { ...EVENT, id: name }),
    names: async (ledger) => (await readState(ledger, 'audit')).seen,
  },
  sweep: {
    add: (ledger, name) =>
      changeSweep(ledger, 'research', (sweep): SweepRecord => ({ ...sweep, open: [...sweep.open, name] })),
    names: async (ledger) => (await ledger.getSweep('research'))?.open,
  },
};

describe.each(Object.entries(KINDS))('of the ledger, a %s', (kind, { add, names }) => {
  const createLedger = async () => {
    const ledger = createInMemoryLedger();
    if (kind === 'job') await ledger.saveJob(aJobRecord({ jobId: 'ftjob-1', metadata: {} }));
    return ledger;
  };

  it('takes the changes of many at once, and with each its event once', async () => {
    const ledger = await createLedger();
    const all = Array.from({ length: 20 }, (_, index) => `n${index}`);
    const versions = await Promise.all(all.map(async (name) => (await add(ledger, name))?.version));
    expect([...((await names(ledger)) ?? [])].sort()).toEqual([...all].sort());
    expect(new Set(versions).size).toBe(20);
    const { items } = await ledger.listEvents({ checkpoint: null, cursor: null, limit: 100 });
    const told = kind === 'job' || kind === 'state' ? all : [];
    expect(items.map(({ id }) => id).sort()).toEqual([...told].sort());
  });
});

describe('of the ledger', () => {
  it('a job that it does not have is not changed', async () => {
    const ledger = createInMemoryLedger();
    expect(await changeJob(ledger, 'ftjob-1', () => expect.unreachable(), EVENT)).toBeUndefined();
    expect((await ledger.listEvents({ checkpoint: null, cursor: null, limit: 1 })).items).toEqual([]);
  });

  it('what is not changed is not told of either', async () => {
    const ledger = createInMemoryLedger();
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-1' }));
    await changeJob(ledger, 'ftjob-1', (job) => job, EVENT);
    await changeState(ledger, 'pause', (pause) => pause, EVENT);
    expect((await ledger.listEvents({ checkpoint: null, cursor: null, limit: 1 })).items).toEqual([]);
    expect(await ledger.getState('pause')).toBeUndefined();
  });
});
