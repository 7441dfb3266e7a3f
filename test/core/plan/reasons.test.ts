import { describe, expect, it } from 'vitest';
import type { HOLDS, PermissionRecord, Want } from '../../../lambdas/core/model/permission.ts';
import { type PlanInput, plan } from '../../../lambdas/core/plan/plan.ts';
import { aHold, aPermission, aWant, shows, T0, wants } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const REPORT = aWant(A, { onDrift: 'report' });
const OWN = [shows(A, `cp_${A}`)];
const ANOTHER = [shows(A, 'cp_9')];

interface Case {
  readonly want?: Want;
  readonly row?: PermissionRecord;
  readonly actual?: PlanInput['actual'];
  readonly prune?: boolean;
  readonly hold?: (typeof HOLDS)[number];
}

/** What is done, and why, as a person reads it; empty where nothing is. */
function told({ want, row, actual = 'unknown', prune = false, hold }: Case): string {
  const actions = plan({
    wanted: wants(...(want ? [want] : [])),
    recorded: row ? { [A]: row } : {},
    actual,
    prune,
    holds: hold ? { [A]: aHold(hold) } : {},
  });
  return actions.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ');
}

const active = (parts: Partial<PermissionRecord> = {}) => aPermission(A, 'active', parts);
const drifted = (parts: Partial<PermissionRecord> = {}) => aPermission(A, 'drifted', { want: REPORT, ...parts });
const rejectedThere = aPermission(A, 'rejected', { permissionId: `cp_${A}` });

describe('what a person reads of a plan', () => {
  it.each<[string, Case]>([
    ['create: wanted by everything', { want: aWant(A) }],
    ['create: wanted by pinned', { want: aWant(A, { origin: 'pinned', rule: null }) }],
    ['adopt: wanted, and already there at OpenAI', { want: aWant(A), actual: ANOTHER }],
    ['adopt: wanted, and already there at OpenAI', { want: aWant(A), row: aPermission(A, 'foreign') }],
    ['rewant: wanted by another rule, or on other terms', { want: REPORT, row: active() }],
    ['rewant: wanted by another rule, or on other terms', { want: REPORT, row: aPermission(A, 'unknown') }],
    ['rerecord: OpenAI shows it under another permission id', { want: aWant(A), row: active(), actual: ANOTHER }],
    ['rerecord: at OpenAI again', { want: REPORT, row: drifted(), actual: OWN }],
    ['unwant: wanted no more', { row: aPermission(A, 'unknown') }],
    ['revoke: no rule wants it any more', { row: active(), prune: true }],
    ['orphan: no rule wants it any more; pruning is off', { row: active() }],
    ['close: wanted no more, and never granted', { row: aPermission(A, 'pending') }],
    ['close: gone at OpenAI, and wanted no more', { row: active(), actual: [] }],
    ['close: gone at OpenAI', { row: aPermission(A, 'foreign'), actual: [] }],
    ['report-foreign: at OpenAI, and not ours', { actual: ANOTHER }],
    [
      'report-foreign: at OpenAI, and not ours',
      { row: aPermission(A, 'foreign', { permissionId: 'cp_1' }), actual: ANOTHER },
    ],
  ])('%s', (expected, parts) => {
    expect(told(parts)).toBe(expected);
  });

  it('tells who has taken it away where the audit log did', () => {
    const gone = { want: aWant(A), actual: [] };
    expect(told({ ...gone, row: active() })).toBe('create: gone at OpenAI: to be shared again');
    expect(told({ ...gone, row: active({ reason: 'deleted by ann' }) })).toBe(
      'create: deleted by ann: to be shared again',
    );
    expect(told({ want: REPORT, row: active({ reason: 'deleted by ann' }), actual: [] })).toBe(
      'report-drift: deleted by ann, and its rule says report',
    );
    // Why it drifted is not why it is gone by now.
    expect(told({ ...gone, row: drifted({ reason: 'some report' }) })).toBe(
      'create: gone at OpenAI: to be shared again',
    );
  });
});

describe('a permission that is gone again and again', () => {
  const flapping = drifted({ repairs: [T0, T0 + 1, T0 + 2], want: aWant(A) });

  it('is left as it is, until it is wanted on other terms', () => {
    expect(told({ want: aWant(A), row: flapping })).toBe('');
    expect(told({ want: aWant(A), row: flapping, actual: [] })).toBe('');
    expect(told({ want: aWant(A, { rule: 'another' }), row: flapping })).toContain('create: ');
  });
});

describe('what a person reads of what is ignored', () => {
  const ignored = (parts: Case) => told({ ...parts, hold: 'ignored' });

  it.each<[string, Case]>([
    ['close: gone at OpenAI', { row: aPermission(A, 'foreign'), actual: [] }],
    ['close: gone at OpenAI', { row: aPermission(A, 'orphaned'), actual: [] }],
    ['report-drift: gone at OpenAI, and ignored', { row: active(), actual: [] }],
    ['report-drift: gone at OpenAI, and ignored', { row: rejectedThere, actual: [] }],
    ['rerecord: at OpenAI, and ignored', { row: drifted(), actual: OWN }],
    ['rerecord: at OpenAI, and ignored', { row: active(), actual: ANOTHER }],
    ['rerecord: at OpenAI, and ignored', { row: rejectedThere, actual: OWN }],
  ])('%s', (expected, parts) => {
    expect(ignored(parts)).toBe(expected);
  });

  it.each<[string, Case]>([
    ['it is as recorded', { row: active(), actual: OWN }],
    ['it is foreign, and there', { row: aPermission(A, 'foreign'), actual: OWN }],
    ['nobody wants it, and it is there', { row: aPermission(A, 'orphaned'), actual: ANOTHER }],
    ['it was refused, and is not there', { row: aPermission(A, 'rejected'), actual: [] }],
    ['it was refused, and somebody else has granted it', { row: aPermission(A, 'rejected'), actual: ANOTHER }],
    ['it has not been asked for', { row: aPermission(A, 'pending'), actual: ANOTHER }],
    ['nothing was listed', { row: active() }],
  ])('nothing where %s', (_, parts) => {
    expect(ignored(parts)).toBe('');
  });
});
