import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byTime } from '../../../lambdas/core/audit/event.ts';
import { takeInEvent } from '../../../lambdas/core/audit/permission-event.ts';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { PERMISSION_STATES, type PermissionState } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, MINUTE, rowOf, SECOND, T0 } from '../../builders/checkpoints.ts';
import { created, deleted } from './events.ts';

const EU = 'proj_EU';
const NOW = T0 + 5 * MINUTE;
const GRANTED = PERMISSION_STATES.filter((state) => aPermission(EU, state).permissionId !== null);

const recordWith = (state: PermissionState, parts = {}) => aCheckpoint(aPermission(EU, state, parts));

describe('a permission was created', () => {
  it.each(GRANTED)('that is known (%s): the very record comes back', (state) => {
    const record = recordWith(state);
    expect(takeInEvent(record, created(EU, `cp_${EU}`), NOW)).toBe(record);
  });

  it('whose id is that of a second one of ours: the very record comes back', () => {
    const record = recordWith('active', { duplicateIds: ['cp_2'] });
    expect(takeInEvent(record, created(EU, 'cp_2'), NOW)).toBe(record);
  });

  it.each(['pending', 'rejected', 'drifted'] as const)('where it is wanted (%s): adopted under its id', (state) => {
    const next = takeInEvent(recordWith(state), created(EU, 'cp_new'), NOW);
    expect(rowOf(next, EU)).toMatchObject({
      state: 'active',
      permissionId: 'cp_new',
      want: aWant(EU),
      sharedAt: T0,
      notBefore: null,
      reason: null,
    });
  });

  it('where our call is in doubt: that is its answer', () => {
    const record = recordWith('unknown', { askedAt: T0 + 500 });
    expect(rowOf(takeInEvent(record, created(EU, 'cp_new'), NOW), EU)).toMatchObject({
      state: 'active',
      permissionId: 'cp_new',
      doubt: null,
    });
  });

  it.each([
    ['it is older than the call', { askedAt: T0 + 2 * SECOND }],
    ['another one may be there or not', { askedAt: T0, permissionId: 'cp_old' }],
    ['nobody wants it any more', { askedAt: T0, want: null }],
  ])('where our call is in doubt, and %s: left to the list', (_, parts) => {
    const record = recordWith('unknown', parts);
    expect(takeInEvent(record, created(EU, 'cp_new'), NOW)).toBe(record);
  });

  it.each([
    ['there is no row', aCheckpoint()],
    ['ours was revoked', recordWith('revoked')],
  ])('where %s: foreign, with who granted it', (_, record) => {
    const row = rowOf(takeInEvent(record, created(EU, 'cp_new'), NOW), EU);
    expect(row).toMatchObject({ state: 'foreign', permissionId: 'cp_new', want: null, sharedAt: T0 });
    expect(row.reason).toBe('granted by user jane@example.com at 2026-11-20T12:00:00.000Z, and not ours');
  });

  it.each(['active', 'orphaned'] as const)('beside ours (%s): a list is to tell', (state) => {
    const record = recordWith(state);
    const next = takeInEvent(record, created(EU, 'cp_new'), NOW);
    expect(next).toEqual({ ...record, verifyAt: NOW, verifyPriority: 'verify' });
  });

  it('beside one that is being revoked: nothing is done about it', () => {
    const record = recordWith('revoking');
    expect(takeInEvent(record, created(EU, 'cp_new'), NOW)).toBe(record);
  });

  it('beside a foreign one: noted with it', () => {
    const next = takeInEvent(recordWith('foreign'), created(EU, 'cp_new'), NOW);
    expect(rowOf(next, EU)).toEqual({ ...aPermission(EU, 'foreign'), duplicateIds: ['cp_new'] });
  });
});

describe('a permission was deleted', () => {
  it('that is active: to be listed at once, with who deleted it', () => {
    const next = takeInEvent(recordWith('active'), deleted(EU, `cp_${EU}`), NOW);
    expect(next).toMatchObject({ verifyAt: NOW, verifyPriority: 'repair' });
    const reason = 'deleted by user jane@example.com at 2026-11-20T12:00:00.000Z';
    expect(rowOf(next, EU)).toEqual({ ...aPermission(EU, 'active'), reason, toldDeleted: true });
  });

  it('that is a second one, or orphaned: to be listed at once', () => {
    const second = recordWith('active', { duplicateIds: ['cp_2'] });
    expect(takeInEvent(second, deleted(EU, 'cp_2'), NOW)).toMatchObject({ verifyAt: NOW, verifyPriority: 'repair' });
    const orphan = recordWith('orphaned');
    expect(takeInEvent(orphan, deleted(EU, `cp_${EU}`), NOW)).toMatchObject({
      verifyAt: NOW,
      verifyPriority: 'repair',
    });
  });

  it('goes before a verification that was to come anyway, and does not begin it anew', () => {
    const record = recordWith('active');
    const event = deleted(EU, `cp_${EU}`);
    for (const verifyAt of [NOW - MINUTE, NOW + MINUTE]) {
      const next = takeInEvent({ ...record, verifyAt, verifyPriority: 'verify' }, event, NOW);
      expect(next).toMatchObject({ verifyAt: NOW, verifyPriority: 'repair' });
    }
    const queued = { ...record, verifyAt: NOW - MINUTE, verifyPriority: 'repair' as const };
    expect(takeInEvent(queued, event, NOW)).toMatchObject({ verifyAt: NOW - MINUTE });
  });

  it.each(['revoking', 'revoked', 'drifted'] as const)('that is %s: the very record comes back', (state) => {
    const record = recordWith(state);
    expect(takeInEvent(record, deleted(EU, `cp_${EU}`), NOW)).toBe(record);
  });

  it('whose row has another id by now: the very record comes back', () => {
    const record = recordWith('active');
    expect(takeInEvent(record, deleted(EU, 'cp_before'), NOW)).toBe(record);
  });

  it('that was foreign: forgotten', () => {
    expect(takeInEvent(recordWith('foreign'), deleted(EU, `cp_${EU}`), NOW).permissions).toEqual({});
    const two = recordWith('foreign', { duplicateIds: ['cp_2'] });
    const row = rowOf(takeInEvent(two, deleted(EU, `cp_${EU}`), NOW), EU);
    expect(row).toMatchObject({ state: 'foreign', permissionId: 'cp_2', duplicateIds: [] });
  });
});

describe('a list that began since', () => {
  const SETTLED = 2 * MINUTE;

  it.each([created(EU, 'cp_new'), deleted(EU, `cp_${EU}`)])('has told already: $kind', (event) => {
    const record = recordWith('active');
    const settled = { ...record, listedAt: T0 + SETTLED };
    expect(takeInEvent(settled, event, NOW)).toBe(settled);
    const early = { ...record, listedAt: T0 + SETTLED - 1 };
    expect(takeInEvent(early, event, NOW)).toMatchObject({ verifyAt: NOW });
  });
});

describe('any events of any record', () => {
  const projects = ['proj_EU', 'proj_US'];
  const row = fc.record({
    projectId: fc.constantFrom(...projects),
    state: fc.constantFrom(...PERMISSION_STATES),
  });
  /** Each permission is created once at most, and deleted after that. */
  const life = fc.record({
    projectId: fc.constantFrom(...projects),
    suffix: fc.constantFrom('', '_2', '_3'),
    createdAt: fc.option(fc.integer({ min: 0, max: 5 })),
    livedFor: fc.option(fc.integer({ min: 0, max: 5 })),
  });
  const eventsOf = fc
    .uniqueArray(life, { maxLength: 6, selector: ({ projectId, suffix }) => projectId + suffix })
    .map((lives) =>
      lives.flatMap(({ projectId, suffix, createdAt, livedFor }) => {
        const permissionId = `cp_${projectId}${suffix}`;
        const at = T0 + (createdAt ?? 0) * SECOND;
        return [
          ...(createdAt === null ? [] : [created(projectId, permissionId, at)]),
          ...(livedFor === null ? [] : [deleted(projectId, permissionId, at + livedFor * SECOND)]),
        ];
      }),
    );
  /** What the ledger knows to be gone was deleted at OpenAI, and the log tells so. */
  const arbitrary = fc.tuple(fc.array(row, { maxLength: 3 }), eventsOf).map(([rows, events]) => {
    const gone = rows.filter(({ state }) => state === 'revoked' || state === 'drifted');
    const known = new Set(events.map(({ id }) => id));
    const deletions = gone.map(({ projectId }) => deleted(projectId, `cp_${projectId}`, T0 + 10 * SECOND));
    return [rows, [...events, ...deletions.filter(({ id }) => !known.has(id))].sort(byTime)] as const;
  });

  it('lose no id of ours, mark nothing for deletion, and told again ask for a list at most', () => {
    fc.assert(
      fc.property(arbitrary, ([rows, events]) => {
        const record = aCheckpoint(...rows.map(({ projectId, state }) => aPermission(projectId, state)));
        const told = events.reduce((current, each) => takeInEvent(current, each, NOW), record);
        for (const before of permissionsOf(record)) {
          const after = told.permissions[before.projectId];
          if (before.state === 'active' || before.state === 'orphaned' || before.state === 'revoking') {
            expect(after && idsOf(after)).toEqual(idsOf(before));
            expect(after?.state).toBe(before.state);
          }
          expect(after?.want ?? null).toEqual(before.want);
        }
        const revoking = (from: typeof record) =>
          permissionsOf(from).filter(({ state }) => state === 'revoking').length;
        expect(revoking(told)).toBe(revoking(record));
        const again = events.reduce((current, each) => takeInEvent(current, each, NOW), told);
        expect(again).toEqual({ ...told, verifyAt: again.verifyAt, verifyPriority: again.verifyPriority });
      }),
      { numRuns: 1_000 },
    );
  });
});
