import { expect, it } from 'vitest';
import { otherEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import type { CheckpointRecord, PermissionRecord } from '../../lambdas/core/model/permission.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { aCheckpoint, aHold, aPermission, MINUTE, T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';
import { JOB } from './ledger-jobs.ts';

const JANE = { actor: 'jane', plan: null };

export function changeRules(makeLedger: MakeLedger): void {
  let now = T0;
  const make = () => makeLedger({ actor: 'test', plan: null, now: () => now });

  async function put(ledger: Ledger, checkpoint: string, permission: PermissionRecord): Promise<CheckpointRecord> {
    const record = { ...aCheckpoint(permission), checkpoint };
    await ledger.saveCheckpoint(record, record);
    return { ...record, version: 1 };
  }

  it('are the checkpoints and jobs that were written from a time on, earliest first', async () => {
    const ledger = await make();
    for (const [index, name] of ['late', 'early'].entries()) {
      now = T0 + (1 - index) * MINUTE;
      await put(ledger, name, aPermission('proj_A', 'pending'));
    }
    now = T0 + 2 * MINUTE;
    await ledger.saveJob(JOB);
    const counts = { checkpoints: 1, flapping: 0, permissions: { pending: 1 } };
    const [early, late, job] = [
      { kind: 'checkpoint', id: 'early', at: T0, counts },
      { kind: 'checkpoint', id: 'late', at: T0 + MINUTE, counts },
      { kind: 'job', id: JOB.jobId, at: now },
    ];
    expect(await ledger.changesSince(T0, 10)).toEqual([early, late, job]);
    expect(await ledger.changesSince(T0 + 1, 10)).toEqual([late, job]);
    expect(await ledger.changesSince(T0, 2)).toEqual([early, late]);
    expect(await ledger.changesSince(now + 1, 10)).toEqual([]);
  });

  it('are as many as are asked for, whatever else events tell of', async () => {
    const ledger = await make();
    now = T0;
    for (const id of ['1', '2', '3']) await ledger.addEvent(otherEvent('paused', 'everything', JANE, T0, id));
    for (const name of ['a', 'b', 'c']) {
      now++;
      const record = { ...aCheckpoint(aPermission('proj_A', 'active')), checkpoint: name };
      await ledger.saveCheckpoint(record, { ...record, permissions: {} });
    }
    expect(await ledger.changesSince(T0, 2)).toMatchObject([{ id: 'a' }, { id: 'b' }]);
    expect(await ledger.changesSince(T0, 4)).toHaveLength(3);
  });

  it.each<[string, Partial<CheckpointRecord>, boolean]>([
    ['a permission has come to another state', { permissions: { proj_A: aPermission('proj_A', 'drifted') } }, true],
    ['a person has said something', { holds: { proj_A: aHold('ignored') } }, true],
    ['its job has come to light', { jobId: 'ftjob-9' }, true],
    ['it is gone', { gone: 'The model does not exist' }, true],
    ['it was listed, and stands as before', { listedAt: T0 }, false],
    ['it is put up for a LIST', { verifyAt: T0, verifyPriority: 'repair' }, false],
  ])('a write of a checkpoint is one where it may make a difference to a plan: %s', async (_, parts, isChange) => {
    const ledger = await make();
    now = T0;
    const before = await put(ledger, 'one', aPermission('proj_A', 'active'));
    now = T0 + 1;
    expect(await ledger.saveCheckpoint({ ...before, ...parts }, before)).toBe(true);
    const changes = await ledger.changesSince(T0 + 1, 10);
    expect(changes).toMatchObject(isChange ? [{ kind: 'checkpoint', id: 'one', at: T0 + 1 }] : []);
    expect(await ledger.getCheckpoint('one')).toMatchObject({ ...parts, version: 2 });
  });

  it('of a checkpoint tells by how much it changes what there is, whether or not an event tells of it', async () => {
    const ledger = await make();
    now = T0;
    const before = await put(ledger, 'one', aPermission('proj_A', 'active'));
    const next = async (
      state: PermissionRecord['state'],
      parts: Partial<PermissionRecord>,
      record: CheckpointRecord,
    ) => {
      now++;
      const permissions = { ...record.permissions, proj_A: aPermission('proj_A', state, parts) };
      await ledger.saveCheckpoint({ ...record, permissions }, record);
      return { ...record, permissions, version: record.version + 1 };
    };
    const doubled = await next('active', { duplicateIds: ['cp_2', 'cp_3'] }, before);
    const flapping = await next('drifted', { repairs: [T0, T0, T0] }, doubled);
    await next('drifted', { repairs: [T0, T0, T0], want: null }, flapping);
    const counts = (await ledger.changesSince(T0, 10)).map((change) => change.counts);
    expect(counts).toEqual([
      { checkpoints: 1, flapping: 0, permissions: { active: 1 } },
      { checkpoints: 0, flapping: 0, permissions: { active: 2 } },
      { checkpoints: 0, flapping: 1, permissions: { active: -3, drifted: 1 } },
      undefined,
    ]);
  });

  it('a write that was decided on an older version is none, and changes nothing', async () => {
    const ledger = await make();
    now = T0;
    const before = await put(ledger, 'one', aPermission('proj_A', 'active'));
    now = T0 + 1;
    const stale = { ...before, version: 7 };
    expect(await ledger.saveCheckpoint({ ...stale, gone: 'gone' }, stale)).toBe(false);
    expect(await ledger.changesSince(T0 + 1, 10)).toEqual([]);
    expect(await ledger.getCheckpoint('one')).toEqual(before);
  });

  it('many checkpoints and jobs are read at once, those that there are', async () => {
    const ledger = await make();
    const names = Array.from({ length: 120 }, (_, index) => `model-${index}`);
    for (const name of names) await put(ledger, name, aPermission('proj_A', 'active'));
    await ledger.saveJob(JOB);
    const found = await ledger.getCheckpoints([...names, 'unheard-of']);
    expect(found.map(({ checkpoint }) => checkpoint).sort()).toEqual(names.toSorted());
    expect(await ledger.getJobs([JOB.jobId, 'ftjob-unheard-of'])).toEqual([{ ...JOB, version: 1 }]);
    expect(await ledger.getCheckpoints([])).toEqual([]);
  });

  it('what a full pass puts aside is kept a page each, the first word on a page, in the order of the pages', async () => {
    const ledger = await make();
    const page = (after: string, ...projectIds: string[]) => ({
      after,
      revocations: projectIds.map((projectId) => ({ checkpoint: 'ft:x', projectId })),
      pruned: 1,
    });
    expect(await ledger.listAside(T0, null)).toEqual({ items: [], cursor: null });
    await ledger.putAside(T0, page('b', 'proj_A', 'proj_B'));
    await ledger.putAside(T0, page('', 'proj_C'));
    await ledger.putAside(T0, page('b', 'proj_D'));
    await ledger.putAside(T0 + 1, page('a', 'proj_E'));
    expect((await ledger.listAside(T0, null)).items).toEqual([page('', 'proj_C'), page('b', 'proj_A', 'proj_B')]);
    expect((await ledger.listAside(T0 + 1, null)).items).toEqual([page('a', 'proj_E')]);
  });

  it('checkpoints are listed in the order of their names, as many as are asked for', async () => {
    const ledger = await make();
    for (const name of ['b', 'c', 'a']) await put(ledger, name, aPermission('proj_A', 'active'));
    const first = await ledger.listCheckpoints(null, 2);
    expect(first.items.map(({ checkpoint }) => checkpoint)).toEqual(['a', 'b']);
    const rest = await ledger.listCheckpoints(first.cursor, 2);
    expect(rest).toMatchObject({ items: [{ checkpoint: 'c' }], cursor: null });
  });
}
