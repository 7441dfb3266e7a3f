import { describe, expect, it } from 'vitest';
import { askedUnderAnotherKey } from '../../../lambdas/core/checkpoint/another-key.ts';
import { newCheckpoint, newPermission, withPermission } from '../../../lambdas/core/checkpoint/record.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';

const SINCE = Date.UTC(2026, 10, 20);
const HOUR = 60 * 60_000;
const NOW = SINCE + 2 * HOUR;
const empty = newCheckpoint('ft:gpt-4o:org::A', { source: 'research', jobId: 'ftjob-1' });
const want = { projectId: 'proj_EU', origin: 'policy', rule: 'r', onDrift: 'repair', expiresAt: null } as const;

const one = (parts: Partial<PermissionRecord>) =>
  withPermission(empty, {
    ...newPermission('proj_EU', 'rejected'),
    want,
    priority: 'retry',
    failing: 'forbidden',
    attempts: 3,
    notBefore: NOW + 20 * HOUR,
    askedAt: SINCE + HOUR,
    ...parts,
  });

describe('with another key', () => {
  it('what was refused since the one before was in doubt is to be asked for at once', () => {
    expect(askedUnderAnotherKey(one({}), SINCE, NOW).permissions.proj_EU).toMatchObject({
      state: 'pending',
      notBefore: NOW,
      priority: 'repair',
      attempts: 0,
      failing: null,
    });
    const waiting = one({ state: 'pending', priority: 'repair', notBefore: NOW + 60_000 });
    expect(askedUnderAnotherKey(waiting, SINCE, NOW).permissions.proj_EU).toMatchObject({ notBefore: NOW });
  });

  it('what may be there all the same is looked at first', () => {
    const kept = askedUnderAnotherKey(one({ permissionId: 'cp_1' }), SINCE, NOW).permissions.proj_EU;
    expect(kept).toMatchObject({ state: 'rejected', notBefore: NOW, permissionId: 'cp_1' });
  });

  it.each<[string, Partial<PermissionRecord>]>([
    ['was refused before', { askedAt: SINCE - 1 }],
    ['was never asked for', { askedAt: null }],
    ['is refused for good', { notBefore: null }],
    ['is due', { notBefore: NOW }],
    ['waits for no failure', { state: 'pending', failing: null }],
    ['waits for the end of a call', { state: 'unknown' }],
    ['is there', { state: 'active' }],
  ])('what %s is left as it is', (_, parts) => {
    const record = one(parts);
    expect(askedUnderAnotherKey(record, SINCE, NOW)).toBe(record);
  });

  it('what waits to be listed is listed at once, but for what is gone', () => {
    const later = { ...empty, verifyAt: NOW + HOUR, verifyPriority: 'retry' } as const;
    expect(askedUnderAnotherKey(later, SINCE, NOW)).toEqual({ ...later, verifyAt: NOW, verifyPriority: 'verify' });
    const gone = { ...later, gone: 'The model does not exist' };
    expect(askedUnderAnotherKey(gone, SINCE, NOW)).toBe(gone);
    const due = { ...later, verifyAt: NOW };
    expect(askedUnderAnotherKey(due, SINCE, NOW)).toBe(due);
  });
});
