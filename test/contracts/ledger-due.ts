import { expect, it } from 'vitest';
import type { CheckpointRecord, Lane, PermissionRecord } from '../../lambdas/core/model/permission.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { aCheckpoint, aPermission, MINUTE, T0 } from '../builders/checkpoints.ts';
import { eventually } from './eventually.ts';
import type { MakeLedger } from './ledger-contract.ts';
import { JOB } from './ledger-jobs.ts';

export function dueRules(makeLedger: MakeLedger): void {
  it('is empty when nothing is due', async () => {
    const ledger = await makeLedger();
    await put(ledger, 'idle', aPermission('proj_A', 'active'));
    await eventually(() => due(ledger, 'create'), []);
  });

  it('is in the order of priority first and of time second', async () => {
    const ledger = await makeLedger();
    await put(ledger, 'late-fresh', pending({ notBefore: T0 }));
    await put(ledger, 'old-repair', pending({ priority: 'repair', notBefore: T0 - MINUTE }));
    await put(ledger, 'oldest-retry', aPermission('proj_A', 'rejected', { priority: 'retry', notBefore: 5 }));
    await put(ledger, 'early-fresh', pending({ notBefore: T0 - 1 }));
    await put(ledger, 'verify', pending({ priority: 'verify', notBefore: T0 - 2 }));
    await eventually(
      () => ledger.dueCheckpoints('create', T0, 10),
      [
        { checkpoint: 'early-fresh', priority: 'fresh', at: T0 - 1 },
        { checkpoint: 'late-fresh', priority: 'fresh', at: T0 },
        { checkpoint: 'old-repair', priority: 'repair', at: T0 - MINUTE },
        { checkpoint: 'verify', priority: 'verify', at: T0 - 2 },
        { checkpoint: 'oldest-retry', priority: 'retry', at: 5 },
      ],
    );
  });

  it('gives no more than it is asked for, and those the most urgent', async () => {
    const ledger = await makeLedger();
    for (const name of ['a', 'b', 'c']) await put(ledger, `repair-${name}`, pending({ priority: 'repair' }));
    for (const [index, name] of ['a', 'b'].entries()) await put(ledger, name, pending({ notBefore: T0 - 9 + index }));
    await eventually(async () => (await due(ledger, 'create')).length, 5);
    expect(await due(ledger, 'create', T0, 1)).toEqual(['a']);
    expect((await due(ledger, 'create', T0, 3)).slice(0, 2)).toEqual(['a', 'b']);
    expect(await due(ledger, 'create', T0, 3)).toHaveLength(3);
  });

  it('leaves out what is due later, to the millisecond', async () => {
    const ledger = await makeLedger();
    await put(ledger, 'now', pending({ notBefore: T0 }));
    await put(ledger, 'soon', pending({ notBefore: T0 + 1 }));
    await eventually(() => due(ledger, 'create', T0 + 1), ['now', 'soon']);
    expect(await due(ledger, 'create', T0)).toEqual(['now']);
    expect(await due(ledger, 'create', T0 - 1)).toEqual([]);
  });

  it('has every lane on its own', async () => {
    const ledger = await makeLedger();
    await put(ledger, 'to-create', pending({}));
    await put(ledger, 'to-list', aPermission('proj_A', 'unknown'));
    await put(ledger, 'to-delete', aPermission('proj_A', 'revoking'));
    await eventually(() => due(ledger, 'create'), ['to-create']);
    await eventually(() => due(ledger, 'list'), ['to-list']);
    await eventually(() => due(ledger, 'delete'), ['to-delete']);
  });

  it('moves a checkpoint to another lane and time with the write that changes it', async () => {
    const ledger = await makeLedger();
    const before = await put(ledger, 'one', pending({}));
    const inFlight = { projectIds: ['proj_A'], startedAt: T0, deadline: T0 + 30_000 };
    await ledger.saveCheckpoint({ ...before, inFlight }, before);
    await eventually(() => due(ledger, 'create'), []);
    await eventually(() => due(ledger, 'list', T0 + 30_000), ['one']);
    expect(await due(ledger, 'list', T0 + 29_999)).toEqual([]);
  });

  it('lets a checkpoint go when there is nothing left to do', async () => {
    const ledger = await makeLedger();
    const before = await put(ledger, 'one', pending({}));
    await eventually(() => due(ledger, 'create'), ['one']);
    await ledger.saveCheckpoint({ ...before, permissions: { proj_A: aPermission('proj_A', 'active') } }, before);
    await eventually(() => due(ledger, 'create', T0 + MINUTE), []);
    expect(await ledger.getCheckpoint('one')).toMatchObject({ version: 2 });
  });

  it('has the jobs that are to be read again on their own, the earliest first', async () => {
    const ledger = await makeLedger();
    const looks = { 'ftjob-b': T0, 'ftjob-a': T0 - 1, 'ftjob-old': T0 - MINUTE - 1, 'ftjob-later': T0 + 1 };
    for (const [jobId, lookAt] of Object.entries(looks)) await ledger.saveJob({ ...JOB, jobId, lookAt });
    await ledger.saveJob({ ...JOB, jobId: 'ftjob-never' });
    await ledger.saveJob({ ...JOB, jobId: 'ftjob-forgotten', lookAt: T0, forgotten: { at: T0, by: null } });
    await put(ledger, 'to-create', pending({}));
    await eventually(() => ledger.dueJobs(T0 - MINUTE, T0, 10), ['ftjob-a', 'ftjob-b']);
    expect(await ledger.dueJobs(T0 - MINUTE, T0, 1)).toEqual(['ftjob-a']);
    await eventually(() => due(ledger, 'create'), ['to-create']);
  });

  it('lets a job go that has been read again', async () => {
    const ledger = await makeLedger();
    await ledger.saveJob({ ...JOB, lookAt: T0 });
    await eventually(() => ledger.dueJobs(0, T0, 10), ['ftjob-1']);
    await ledger.saveJob({ ...JOB, version: 1 });
    await eventually(() => ledger.dueJobs(0, T0, 10), []);
  });
}

function pending(parts: Partial<PermissionRecord>): PermissionRecord {
  return aPermission('proj_A', 'pending', parts);
}

async function put(ledger: Ledger, checkpoint: string, permission: PermissionRecord): Promise<CheckpointRecord> {
  const record = { ...aCheckpoint(permission), checkpoint };
  await ledger.saveCheckpoint(record, record);
  return { ...record, version: 1 };
}

async function due(ledger: Ledger, lane: Lane, now = T0, limit = 10): Promise<readonly string[]> {
  return (await ledger.dueCheckpoints(lane, now, limit)).map(({ checkpoint }) => checkpoint);
}
