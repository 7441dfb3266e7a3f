import { describe, expect, it } from 'vitest';
import { closeProject, concernsProject, isOpenSince, refusedBy } from '../../../lambdas/core/audit/project-event.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, T0 } from '../../builders/checkpoints.ts';
import { archived } from './events.ts';

const EU = 'proj_EU';
const US = 'proj_US';
const NOW = T0 + MINUTE;
const REASON = 'project archived by somebody at 2026-11-20T12:00:00.000Z';

describe('a project was closed', () => {
  it.each(['active', 'drifted'] as const)('what a rule wants (%s) is refused for a day, and keeps its id', (state) => {
    const other = aPermission(US, 'active');
    const next = closeProject(aCheckpoint(aPermission(EU, state), other), archived(EU), NOW);
    expect(rowOf(next, EU)).toMatchObject({
      state: 'rejected',
      reason: REASON,
      want: aWant(EU),
      permissionId: `cp_${EU}`,
      notBefore: T0 + DAY,
    });
    expect(rowOf(next, US)).toBe(other);
    // A LIST: it may still be there.
    expect(dueOf(next)).toEqual({ lane: 'list', priority: 'retry', at: T0 + DAY });
  });

  it.each(['orphaned', 'revoking'] as const)('what nobody wants (%s) is revoked, without a call', (state) => {
    const gone = { ...archived(EU), kind: 'project-deleted' } as const;
    const next = closeProject(aCheckpoint(aPermission(EU, state)), gone, NOW);
    expect(rowOf(next, EU)).toMatchObject({ state: 'revoked', want: null, verifiedAt: NOW });
    expect(dueOf(next)).toBeNull();
  });

  it.each(['orphaned', 'revoking'] as const)('what nobody wants (%s) is not, if it may be opened again', (state) => {
    const record = aCheckpoint(aPermission(EU, state));
    expect(closeProject(record, archived(EU), NOW)).toBe(record);
  });

  it.each(['pending', 'unknown', 'rejected', 'revoked', 'foreign'] as const)('%s is left as it is', (state) => {
    const record = aCheckpoint(aPermission(EU, state));
    expect(closeProject(record, archived(EU), NOW)).toBe(record);
  });

  it('it is asked for again a day after it was, not after it was read of', () => {
    expect(refusedBy(archived(EU))).toEqual({ projectId: EU, reason: REASON, retryAt: T0 + DAY });
  });

  it('a record concerns it only by what is ours, or is to be', () => {
    const concerns = (state: 'pending' | 'active' | 'foreign' | 'revoked') =>
      concernsProject(aCheckpoint(aPermission(EU, state)), EU);
    expect([concerns('pending'), concerns('active'), concerns('foreign'), concerns('revoked')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(concernsProject(aCheckpoint(aPermission(US, 'active')), EU)).toBe(false);
  });

  it('what was granted to it since says that it is open again', () => {
    const granted = (sharedAt: number) => aCheckpoint(aPermission(EU, 'active', { sharedAt }));
    expect(isOpenSince(granted(T0 + 1), archived(EU))).toBe(true);
    expect(isOpenSince(granted(T0), archived(EU))).toBe(false);
    expect(isOpenSince(aCheckpoint(), archived(EU))).toBe(false);
  });
});
