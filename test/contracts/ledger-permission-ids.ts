import { expect, it } from 'vitest';
import type { CheckpointRecord, PermissionRecord } from '../../lambdas/core/model/permission.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { aCheckpoint, aPermission, MODEL } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';

export function permissionIdRules(makeLedger: MakeLedger): void {
  it('an id that was never recorded is not found', async () => {
    const ledger = await makeLedger();
    expect(await ledger.findPermission('cp_1')).toBeUndefined();
  });

  it('leads from an id to its checkpoint and project, duplicates included', async () => {
    const ledger = await makeLedger();
    await store(ledger, aPermission('proj_A', 'active', { permissionId: 'cp_1', duplicateIds: ['cp_2', 'cp_3'] }));
    for (const id of ['cp_1', 'cp_2', 'cp_3']) {
      expect(await ledger.findPermission(id)).toEqual({ checkpoint: MODEL, projectId: 'proj_A' });
    }
  });

  it('keeps an id that moves among the duplicates of its row', async () => {
    const ledger = await makeLedger();
    const row = aPermission('proj_A', 'active', { permissionId: 'cp_1', duplicateIds: ['cp_2'] });
    const before = await store(ledger, row);
    await change(ledger, before, { ...row, permissionId: 'cp_2', duplicateIds: ['cp_1'] });
    expect(await ledger.findPermission('cp_1')).toEqual({ checkpoint: MODEL, projectId: 'proj_A' });
    expect(await ledger.findPermission('cp_2')).toEqual({ checkpoint: MODEL, projectId: 'proj_A' });
  });

  it('finds ids that a later write adds', async () => {
    const ledger = await makeLedger();
    const before = await store(ledger, aPermission('proj_A', 'unknown'));
    expect(await ledger.findPermission('cp_1')).toBeUndefined();
    await change(ledger, before, aPermission('proj_A', 'active', { permissionId: 'cp_1' }));
    expect(await ledger.findPermission('cp_1')).toEqual({ checkpoint: MODEL, projectId: 'proj_A' });
  });

  it('answers no more for an id that its record has given up', async () => {
    const ledger = await makeLedger();
    const row = aPermission('proj_A', 'active', { permissionId: 'cp_1' });
    const before = await store(ledger, row);
    await change(ledger, before, { ...row, permissionId: 'cp_2' });
    expect(await ledger.findPermission('cp_1')).toBeUndefined();
    await ledger.saveCheckpoint({ ...aCheckpoint(), version: 2 }, { ...before, version: 2 });
    expect(await ledger.findPermission('cp_2')).toBeUndefined();
  });

  it('does not find what only a write that did not stand has named', async () => {
    const ledger = await makeLedger();
    const before = await store(ledger, aPermission('proj_A', 'unknown'));
    await change(ledger, before, aPermission('proj_A', 'rejected'));
    const late = aCheckpoint(aPermission('proj_A', 'active', { permissionId: 'cp_1' }));
    expect(await ledger.saveCheckpoint(late, before)).toBe(false);
    expect(await ledger.findPermission('cp_1')).toBeUndefined();
  });

  it('takes as many ids in one write as one POST may bring, the same id twice included', async () => {
    const ledger = await makeLedger();
    const rows = Array.from({ length: 100 }, (_, index) =>
      aPermission(`proj_${index}`, 'active', { permissionId: `cp_${index}`, duplicateIds: [`cp_${index}`] }),
    );
    await store(ledger, ...rows);
    for (const index of [0, 24, 25, 50, 99]) {
      expect(await ledger.findPermission(`cp_${index}`)).toEqual({ checkpoint: MODEL, projectId: `proj_${index}` });
    }
  });
}

async function store(ledger: Ledger, ...permissions: readonly PermissionRecord[]): Promise<CheckpointRecord> {
  const record = aCheckpoint(...permissions);
  expect(await ledger.saveCheckpoint(record, aCheckpoint())).toBe(true);
  return { ...record, version: 1 };
}

async function change(ledger: Ledger, before: CheckpointRecord, permission: PermissionRecord): Promise<void> {
  expect(await ledger.saveCheckpoint(aCheckpoint(permission), before)).toBe(true);
}
