import { describe, expect, it } from 'vitest';
import { closeProject } from '../../../lambdas/core/audit/project-event.ts';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { beginCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { postponeList, resolveByList, resolveGone } from '../../../lambdas/core/checkpoint/resolve.ts';
import { plan } from '../../../lambdas/core/plan/plan.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, shows, T0, wants } from '../../builders/checkpoints.ts';
import { archived } from '../audit/events.ts';

const A = 'proj_A';
const OWN = `cp_${A}`;
/** Granted, and refused since its project was archived: nobody says whether it is still there. */
const refused = closeProject(aCheckpoint(aPermission(A, 'active')), archived(A), T0);
const RETRY = T0 + DAY;

describe('a permission whose project was archived', () => {
  it('is listed a day later, and not asked for a second time before that', () => {
    expect(dueOf(refused)).toEqual({ lane: 'list', priority: 'retry', at: RETRY });
    expect(beginCreate(refused, new Map(), RETRY, MINUTE).projectIds).toEqual([]);
  });

  it('is active again where the list shows it', () => {
    const row = rowOf(resolveByList(refused, [shows(A, OWN, T0 - DAY)], RETRY), A);
    expect(row).toMatchObject({ state: 'active', permissionId: OWN, notBefore: null });
  });

  it('is asked for again where it does not', () => {
    const gone = resolveByList(refused, [], RETRY);
    expect(rowOf(gone, A)).toMatchObject({ state: 'pending', permissionId: null, duplicateIds: [] });
    expect(beginCreate(gone, new Map(), RETRY, MINUTE).projectIds).toEqual([A]);
  });

  it('is closed with its checkpoint', () => {
    expect(rowOf(resolveGone(refused, 'no such model', RETRY), A)).toMatchObject({ state: 'revoked', want: null });
  });

  it('waits longer when the list fails', () => {
    expect(dueOf(postponeList(refused, RETRY, 'no answer'))?.at).toBeGreaterThan(RETRY);
  });

  it('keeps its id, and is listed at once, when the policy for it changes', () => {
    const other = aWant(A, { rule: 'another' });
    const actions = plan({
      wanted: wants(other),
      recorded: refused.permissions,
      actual: 'unknown',
      prune: false,
      holds: {},
    });
    const next = applyActions(refused, actions, T0 + MINUTE);
    expect(rowOf(next, A)).toMatchObject({ want: other, permissionId: OWN });
    expect(dueOf(next)).toMatchObject({ lane: 'list', at: T0 + MINUTE });
  });

  it.each([
    [true, 'revoking'],
    [false, 'orphaned'],
  ] as const)('is let go of as one that is granted when nobody wants it (pruning: %s)', (prune, state) => {
    const actions = plan({ wanted: wants(), recorded: refused.permissions, actual: 'unknown', prune, holds: {} });
    expect(rowOf(applyActions(refused, actions, T0), A)).toMatchObject({ state, permissionId: OWN });
  });
});
