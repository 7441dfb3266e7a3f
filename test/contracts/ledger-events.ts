import { expect, it } from 'vitest';
import { otherEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import type { LedgerEvent } from '../../lambdas/core/events/event.ts';
import type { CheckpointRecord, PermissionRecord } from '../../lambdas/core/model/permission.ts';
import { NOT_PAUSED } from '../../lambdas/core/pause/pause.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { aCheckpoint, aPermission, MODEL, T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';
import { JOB } from './ledger-jobs.ts';

const JANE = { actor: 'arn:aws:iam::123456789012:user/jane', plan: null };
const PENDING = aPermission('proj_A', 'pending', { reason: 'wanted by "everything": {ü}' });
const STEP = `${MODEL}:ckpt-step-5`;

export function eventRules(makeLedger: MakeLedger): void {
  it('there are none before anything is done', async () => {
    const ledger = await makeLedger();
    expect(await page(ledger)).toEqual({ items: [], cursor: null });
    expect(await page(ledger, { checkpoint: MODEL })).toEqual({ items: [], cursor: null });
  });

  it('what a write does is told with it: by whom, by which plan, when, and about what', async () => {
    const ledger = await makeLedger({ ...JANE, plan: 'a1b2', now: () => T0 });
    await write(ledger, PENDING);
    const told: LedgerEvent = {
      id: expect.stringContaining(new Date(T0).toISOString()),
      at: T0,
      actor: JANE.actor,
      plan: 'a1b2',
      act: null,
      note: null,
      checkpoint: MODEL,
      jobId: 'ftjob-1',
      source: 'research',
      changes: [
        {
          act: 'wanted',
          projectId: 'proj_A',
          permissionId: null,
          duplicateIds: [],
          from: null,
          to: 'pending',
          rule: 'everything',
          origin: 'policy',
          reason: 'wanted by "everything": {ü}',
        },
      ],
    };
    expect(await page(ledger)).toEqual({ items: [told], cursor: null });
    expect(await page(ledger, { checkpoint: MODEL })).toEqual({ items: [told], cursor: null });
  });

  it('is told in the name of whoever does it, of several who share the ledger', async () => {
    const ledger = await makeLedger({ actor: 'observe', plan: null, now: () => T0 });
    const before = await write(ledger, PENDING);
    await write(ledger.as({ ...JANE, plan: 'c3d4' }), aPermission('proj_A', 'active'), before);
    const authors = (await page(ledger)).items.map(({ actor, plan }) => ({ actor, plan }));
    expect(authors).toEqual([
      { actor: JANE.actor, plan: 'c3d4' },
      { actor: 'observe', plan: null },
    ]);
  });

  it('a write that does nothing worth telling is none', async () => {
    const ledger = await makeLedger();
    const before = await write(ledger, PENDING);
    await write(ledger, { ...PENDING, notBefore: T0 + 1, attempts: 1 }, before);
    expect((await ledger.getCheckpoint(MODEL))?.version).toBe(2);
    expect((await page(ledger)).items).toHaveLength(1);
  });

  it('a write that does not stand leaves none', async () => {
    const ledger = await makeLedger();
    const first = await write(ledger, PENDING);
    const stale = aCheckpoint(aPermission('proj_A', 'rejected'));
    expect(await ledger.saveCheckpoint(stale, aCheckpoint())).toBe(false);
    expect(await ledger.saveCheckpoint(stale, { ...first, version: 7 })).toBe(false);
    expect(await ledger.saveCheckpoint({ ...stale, checkpoint: STEP }, { ...stale, version: 3 })).toBe(false);
    expect((await page(ledger)).items).toHaveLength(1);
    expect((await page(ledger, { checkpoint: STEP })).items).toEqual([]);
  });

  it.each([0, 1])('of ten writes at once on version %i one is told, the one that stands', async (version) => {
    const ledger = await makeLedger();
    const before = version === 0 ? aCheckpoint() : await write(ledger, PENDING);
    const rivals = Array.from({ length: 10 }, (_, index) => ({
      ...before,
      permissions: { [`proj_${index}`]: aPermission(`proj_${index}`, 'active') },
    }));
    const stood = await Promise.all(
      rivals.map((rival, index) => ledger.as({ actor: `rival ${index}`, plan: null }).saveCheckpoint(rival, before)),
    );
    expect(stood.filter(Boolean)).toHaveLength(1);
    const { items } = await page(ledger);
    expect(items.map(({ actor }) => actor).filter((actor) => actor.startsWith('rival'))).toEqual([
      `rival ${stood.indexOf(true)}`,
    ]);
    expect(items).toHaveLength(version + 1);
    expect((await page(ledger, { checkpoint: MODEL })).items).toEqual(items);
  });

  it('of ten writes at once, of which half have something to tell, one stands', async () => {
    const ledger = await makeLedger();
    const before = await write(ledger, PENDING);
    const rivals = Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? { ...before, verifyAt: T0 + index } : aCheckpoint(aPermission(`proj_${index}`, 'active')),
    );
    const stood = await Promise.all(rivals.map((rival) => ledger.saveCheckpoint(rival, before)));
    expect(stood.filter(Boolean)).toHaveLength(1);
    const winner = stood.indexOf(true);
    expect(await ledger.getCheckpoint(MODEL)).toEqual({ ...rivals[winner], version: 2 });
    expect((await page(ledger)).items).toHaveLength(1 + (winner % 2));
  });

  it('comes newest first, whatever it is about', async () => {
    const clock = { at: T0 };
    const ledger = await makeLedger({ ...JANE, now: () => clock.at });
    const first = await write(ledger, PENDING);
    clock.at += 1;
    await ledger.addEvent(otherEvent('paused', 'everything', JANE, clock.at, 'request-1'));
    clock.at += 86_400_000;
    await write(ledger, PENDING, { ...aCheckpoint(), checkpoint: STEP });
    clock.at += 1;
    await write(ledger, aPermission('proj_A', 'active'), first);
    const told = (await page(ledger)).items.map(({ checkpoint, act }) => act ?? checkpoint);
    expect(told).toEqual([MODEL, STEP, 'paused', MODEL]);
    expect(await versions(ledger, MODEL)).toEqual([2, 1]);
  });

  it('comes in the order of its writes where they fall into one millisecond', async () => {
    const ledger = await makeLedger();
    let before = await write(ledger, PENDING);
    for (let count = 0; count < 11; count++) {
      before = await write(ledger, aPermission('proj_A', count % 2 === 0 ? 'active' : 'orphaned'), before);
    }
    expect(await versions(ledger, MODEL)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('is a checkpoint’s own, also where its id begins with another’s', async () => {
    const ledger = await makeLedger();
    const names = [MODEL, STEP, `${MODEL}:ckpt-step-50`, 'ft:a', 'ft:a:ckpt-step-5'];
    for (const checkpoint of names) await write(ledger, PENDING, { ...aCheckpoint(), checkpoint });
    for (const checkpoint of names) {
      const { items } = await page(ledger, { checkpoint });
      expect(items.map((event) => event.checkpoint)).toEqual([checkpoint]);
    }
    expect((await page(ledger, { checkpoint: 'ft:' })).items).toEqual([]);
  });

  it.each([null, MODEL])('comes in pages that together have each once (checkpoint: %s)', async (checkpoint) => {
    const clock = { at: T0 };
    const ledger = await makeLedger({ ...JANE, now: () => clock.at++ });
    let before = await write(ledger, PENDING);
    for (let count = 0; count < 5; count++) {
      await write(ledger, PENDING, { ...aCheckpoint(), checkpoint: `${MODEL}:ckpt-step-${count}` });
      before = await write(ledger, aPermission('proj_A', count % 2 === 0 ? 'active' : 'orphaned'), before);
    }
    const whole = await page(ledger, { checkpoint });
    expect(whole.cursor).toBeNull();
    expect(whole.items).toHaveLength(checkpoint === null ? 11 : 6);
    for (const limit of [1, 2, 3, 6, 11, 12]) {
      const ids: string[] = [];
      let pages = 0;
      for (let cursor: string | null = null, more = true; more; pages++) {
        const next = await page(ledger, { checkpoint, cursor, limit });
        // What is done meanwhile comes before all of this.
        before = await write(ledger, aPermission('proj_A', pages % 2 === 0 ? 'drifted' : 'active'), before);
        ids.push(...next.items.map(({ id }) => id));
        expect(next.items.length).toBeLessThanOrEqual(limit);
        cursor = next.cursor;
        more = cursor !== null;
      }
      const known = whole.items.map(({ id }) => id);
      expect(ids.slice(-known.length)).toEqual(known);
      expect(new Set(ids).size).toBe(ids.length);
      expect(pages).toBe(Math.ceil(ids.length / limit));
    }
  });

  it('that is about no checkpoint is listed among all, and for none', async () => {
    const ledger = await makeLedger();
    const event = otherEvent('job-forgotten', null, JANE, T0, 'request-1', { jobId: 'ftjob-1', source: 'research' });
    await ledger.addEvent(event);
    expect((await page(ledger)).items).toEqual([event]);
    expect((await page(ledger, { checkpoint: MODEL })).items).toEqual([]);
  });

  it('that goes with a job is written with it, or not at all: of ten at once one is told', async () => {
    const ledger = await makeLedger();
    const eventOf = (request: string) => otherEvent('job-forgotten', null, JANE, T0, request);
    const rivals = Array.from({ length: 10 }, (_, index) => ({ ...JOB, note: `rival ${index}` }));
    const stood = await Promise.all(rivals.map((job, index) => ledger.saveJob(job, eventOf(`request-${index}`))));
    expect(stood.filter(Boolean)).toHaveLength(1);
    expect((await ledger.getJob(JOB.jobId))?.note).toBe(rivals[stood.indexOf(true)]?.note);
    expect((await page(ledger)).items).toEqual([eventOf(`request-${stood.indexOf(true)}`)]);
    expect(await ledger.saveJob(JOB, eventOf('late'))).toBe(false);
    expect((await page(ledger)).items).toHaveLength(1);
    expect((await page(ledger, { checkpoint: MODEL })).items).toEqual([]);
  });

  it('that goes with the system’s own state is written with it, or not at all', async () => {
    const ledger = await makeLedger();
    const event = otherEvent('paused', 'everything', JANE, T0, 'request-1');
    const word = { at: T0, by: 'jane', why: null };
    expect(await ledger.saveState('pause', { ...NOT_PAUSED, all: word }, event)).toBe(true);
    const late = otherEvent('resumed', 'everything', JANE, T0, 'request-2');
    expect(await ledger.saveState('pause', NOT_PAUSED, late)).toBe(false);
    expect(await ledger.getState('pause')).toEqual({ ...NOT_PAUSED, all: word, version: 1 });
    expect((await page(ledger)).items).toEqual([event]);
  });

  it('is never overwritten', async () => {
    const ledger = await makeLedger();
    const event = otherEvent('paused', 'everything', JANE, T0, 'request-1');
    await ledger.addEvent(event);
    await ledger.addEvent({ ...event, act: 'resumed', actor: 'somebody else' });
    expect((await page(ledger)).items).toEqual([event]);
  });

  it('holds what one POST does for a hundred projects', async () => {
    const ledger = await makeLedger();
    const rows = Array.from({ length: 100 }, (_, index) => aPermission(`proj_${index}`, 'active'));
    const record = aCheckpoint(...rows);
    expect(await ledger.saveCheckpoint(record, aCheckpoint())).toBe(true);
    const { items } = await page(ledger, { checkpoint: MODEL });
    expect(items.flatMap(({ changes }) => changes)).toHaveLength(100);
  });
}

function page(ledger: Ledger, query: Partial<Parameters<Ledger['listEvents']>[0]> = {}) {
  return ledger.listEvents({ checkpoint: null, cursor: null, limit: 100, ...query });
}

/** Which write of the checkpoint each event tells of, as they are listed. */
async function versions(ledger: Ledger, checkpoint: string): Promise<readonly number[]> {
  const { items } = await page(ledger, { checkpoint });
  return items.map(({ id }) => Number(id.split('#').at(-1)));
}

async function write(
  ledger: Ledger,
  permission: PermissionRecord,
  before: CheckpointRecord = aCheckpoint(),
): Promise<CheckpointRecord> {
  const record = { ...before, permissions: { [permission.projectId]: permission } };
  expect(await ledger.saveCheckpoint(record, before)).toBe(true);
  return { ...record, version: before.version + 1 };
}
