import { describe, expect, it } from 'vitest';
import { newCheckpoint, newPermission, withPermission } from '../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../lambdas/core/model/permission.ts';
import { changeAsRead } from '../../lambdas/use-cases/change-checkpoint.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';

const fresh = newCheckpoint('ft:gpt-4o-mini:acme::One', { source: 'research', jobId: 'ftjob-1' });
const adding = (projectId: string) => (record: CheckpointRecord) =>
  withPermission(record, newPermission(projectId, 'pending'));

/** A ledger that counts how often a checkpoint is read. */
function createCountingLedger() {
  const ledger = createInMemoryLedger();
  const counted = { reads: 0 };
  return {
    ...ledger,
    counted,
    getCheckpoint: (checkpoint: string) => {
      counted.reads++;
      return ledger.getCheckpoint(checkpoint);
    },
  };
}

describe('a change of a checkpoint as it was read', () => {
  it('does not read it again', async () => {
    const ledger = createCountingLedger();
    await changeAsRead(ledger, fresh, adding('proj_EU'));
    await changeAsRead(ledger, { ...adding('proj_EU')(fresh), version: 1 }, adding('proj_US'));
    expect(ledger.counted.reads).toBe(0);
    const stored = await ledger.getCheckpoint(fresh.checkpoint);
    expect(stored).toMatchObject({ version: 2, permissions: { proj_EU: {}, proj_US: {} } });
  });

  it('is decided on anew where somebody came between, and loses nothing of theirs', async () => {
    const ledger = createCountingLedger();
    await ledger.saveCheckpoint(adding('proj_US')(fresh), fresh);
    const seen: number[] = [];
    await changeAsRead(ledger, fresh, (record) => {
      seen.push(record.version);
      return adding('proj_EU')(record);
    });
    expect(seen).toEqual([0, 1]);
    const stored = await ledger.getCheckpoint(fresh.checkpoint);
    expect(Object.keys(stored?.permissions ?? {})).toEqual(['proj_US', 'proj_EU']);
  });

  it('that changes nothing neither reads nor writes', async () => {
    const ledger = createCountingLedger();
    expect(await changeAsRead(ledger, fresh, (record) => record)).toBe(fresh);
    expect(ledger.counted.reads).toBe(0);
    expect(await ledger.getCheckpoint(fresh.checkpoint)).toBeUndefined();
  });
});
