import { describe, expect, it } from 'vitest';
import { type Absence, type CheckpointRecord, PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import { isToVerify, isVerifiable, isWorthListing, seenAt, stalest } from '../../../lambdas/core/plan/verification.ts';
import { aCheckpoint, aPermission, DAY, MINUTE, T0 } from '../../builders/checkpoints.ts';

const listed = (checkpoint: string, listedAt: number, parts: Partial<CheckpointRecord> = {}): CheckpointRecord => ({
  ...aCheckpoint(aPermission('proj_A', 'active')),
  checkpoint,
  listedAt,
  ...parts,
});

describe('a checkpoint that a list can tell something of', () => {
  it('has a permission of ours that was granted', () => {
    const told = PERMISSION_STATES.filter((state) => isVerifiable(aCheckpoint(aPermission('proj_A', state))));
    expect(told).toEqual(['active', 'drifted', 'orphaned']);
    expect(isVerifiable(aCheckpoint())).toBe(false);
    expect(isVerifiable(aCheckpoint(aPermission('proj_A', 'foreign'), aPermission('proj_B', 'active')))).toBe(true);
  });
});

describe('a checkpoint that was gone', () => {
  const gone = (listedAt: number) => {
    return { ...aCheckpoint(aPermission('proj_A', 'revoked')), gone: 'no such model', listedAt };
  };

  it('is worth a list now and then: it may be there again', () => {
    expect(isWorthListing(gone(T0))).toBe(true);
    expect(isWorthListing({ ...gone(T0), gone: null })).toBe(false);
    expect(isWorthListing(aCheckpoint(aPermission('proj_A', 'active')))).toBe(true);
    const WEEK = 7 * DAY;
    expect(stalest([gone(T0 - WEEK - 1)], 10, T0)).toHaveLength(1);
    expect(stalest([gone(T0 - WEEK)], 10, T0)).toHaveLength(1);
    expect(stalest([gone(T0 - WEEK + 1)], 10, T0)).toEqual([]);
  });

  it('is listed for a person who wants all verified, unless it was today', () => {
    expect(isToVerify(gone(T0 - DAY), T0)).toBe(true);
    expect(isToVerify(gone(T0 - DAY + 1), T0)).toBe(false);
    expect(isToVerify({ ...gone(T0 - DAY), gone: null }, T0)).toBe(false);
    expect(isToVerify(listed('ft:new', T0), T0)).toBe(true);
  });
});

describe('when OpenAI last showed what is recorded', () => {
  it('is when it was listed or, before the first list, when it last granted', () => {
    const record = aCheckpoint(
      aPermission('proj_A', 'active', { sharedAt: T0 - DAY }),
      aPermission('proj_B', 'active', { sharedAt: T0 - MINUTE }),
      aPermission('proj_C', 'pending'),
    );
    expect(seenAt(record)).toBe(T0 - MINUTE);
    expect(seenAt({ ...record, listedAt: T0 - 2 * DAY })).toBe(T0 - 2 * DAY);
    expect(seenAt(aCheckpoint(aPermission('proj_C', 'pending')))).toBe(0);
    expect(seenAt(aCheckpoint())).toBe(0);
  });
});

describe('what is listed next', () => {
  const names = (records: readonly CheckpointRecord[], budget: number, notSince = T0) =>
    stalest(records, budget, notSince).map(({ checkpoint }) => checkpoint);
  const THREE = [listed('ft:new', T0), listed('ft:old', T0 - DAY), listed('ft:older', T0 - 2 * DAY)];

  it('is what was not for the longest time, within the budget', () => {
    expect(names(THREE, 10)).toEqual(['ft:older', 'ft:old', 'ft:new']);
    expect(names(THREE, 2)).toEqual(['ft:older', 'ft:old']);
    expect(names(THREE, 0)).toEqual([]);
  });

  it('is nothing that was seen since', () => {
    expect(names(THREE, 10, T0 - DAY)).toEqual(['ft:older', 'ft:old']);
    expect(names(THREE, 10, T0 - DAY - 1)).toEqual(['ft:older']);
  });

  it('is nothing of which a list could tell nothing', () => {
    expect(names([{ ...aCheckpoint(aPermission('proj_A', 'revoked')), listedAt: T0 - DAY }], 10)).toEqual([]);
  });

  it('is not put up a second time, and counts against the budget until it is done', () => {
    const queued = listed('ft:queued', T0 - 3 * DAY, { verifyAt: T0 });
    expect(names([queued, ...THREE], 2)).toEqual(['ft:older']);
    expect(names([queued, queued, ...THREE], 1)).toEqual([]);
  });

  it('is not held up by what is in doubt, and waits for its own time', () => {
    const absence: Absence = { kind: 'gone', reason: 'no such model', since: T0 - DAY, model: null, held: false };
    const inDoubt = listed('ft:doubt', T0 - 3 * DAY, { verifyAt: T0 + DAY, absence });
    expect(names([inDoubt, inDoubt, ...THREE], 2)).toEqual(['ft:older', 'ft:old']);
  });
});
