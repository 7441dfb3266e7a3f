import { describe, expect, it } from 'vitest';
import { newCheckpoint, newPermission, withPermission } from '../../lambdas/core/checkpoint/record.ts';
import { ContentionError } from '../../lambdas/core/errors.ts';
import type { CheckpointRecord } from '../../lambdas/core/model/permission.ts';
import { changeCheckpoint } from '../../lambdas/use-cases/change-checkpoint.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';

const fresh = newCheckpoint('ft:gpt-4o-mini:acme::One', { source: 'research', jobId: 'ftjob-1' });
const adding = (projectId: string) => (record: CheckpointRecord) =>
  withPermission(record, newPermission(projectId, 'pending'));

describe('a change of a checkpoint', () => {
  it('begins with what stands in for a checkpoint that the ledger does not have', async () => {
    const ledger = createInMemoryLedger();
    await changeCheckpoint(ledger, fresh, adding('proj_EU'));
    expect(await ledger.getCheckpoint(fresh.checkpoint)).toMatchObject({ version: 1, jobId: 'ftjob-1' });
  });

  it('that changes nothing writes nothing', async () => {
    const ledger = createInMemoryLedger();
    expect(await changeCheckpoint(ledger, fresh, (record) => record)).toBe(fresh);
    expect(await ledger.getCheckpoint(fresh.checkpoint)).toBeUndefined();
  });

  it('is lost by none of many that come at once', async () => {
    const ledger = createInMemoryLedger();
    const projectIds = Array.from({ length: 20 }, (_, index) => `proj_${index}`);
    await Promise.all(projectIds.map((projectId) => changeCheckpoint(ledger, fresh, adding(projectId))));
    const stored = await ledger.getCheckpoint(fresh.checkpoint);
    expect(Object.keys(stored?.permissions ?? {}).sort()).toEqual(projectIds.sort());
    expect(stored?.version).toBe(20);
  });

  it('is decided on anew, on what somebody else wrote in between', async () => {
    const ledger = createInMemoryLedger();
    const seen: number[] = [];
    await changeCheckpoint(ledger, fresh, (record) => {
      seen.push(record.version);
      if (seen.length === 1) void ledger.saveCheckpoint(adding('proj_US')(fresh), fresh);
      return adding('proj_EU')(record);
    });
    expect(seen).toEqual([0, 1]);
    const stored = await ledger.getCheckpoint(fresh.checkpoint);
    expect(Object.keys(stored?.permissions ?? {})).toEqual(['proj_US', 'proj_EU']);
  });

  it('that never gets through is an error, after a bounded number of tries', async () => {
    let tries = 0;
    const ledger = {
      ...createInMemoryLedger(),
      saveCheckpoint: async () => {
        tries++;
        return false;
      },
    };
    await expect(changeCheckpoint(ledger, fresh, adding('proj_EU'))).rejects.toBeInstanceOf(ContentionError);
    expect(tries).toBe(32);
  });
});
