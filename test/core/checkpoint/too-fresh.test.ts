import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { resolveByList, resolveGone } from '../../../lambdas/core/checkpoint/resolve.ts';
import { SETTLE_MS } from '../../../lambdas/core/checkpoint/retries.ts';
import { aCheckpoint, aPermission, DAY, MINUTE, rowOf, shows, T0 } from '../../builders/checkpoints.ts';

describe('a permission that a list does not show, a moment after it was granted', () => {
  const fresh = aCheckpoint(
    aPermission('proj_A', 'active', { askedAt: T0 - MINUTE }),
    aPermission('proj_B', 'active', { askedAt: T0 - DAY }),
  );
  const asked = { ...fresh, verifyAt: T0 };
  const listsOnlyB = [shows('proj_B', 'cp_proj_B', T0 - DAY)];

  it('is looked at again as soon as a list can tell', () => {
    const listed = resolveByList(asked, listsOnlyB, T0);
    expect(rowOf(listed, 'proj_A').state).toBe('active');
    expect(dueOf(listed)).toEqual({ lane: 'list', priority: 'repair', at: T0 - MINUTE + SETTLE_MS });
    const again = resolveByList(listed, listsOnlyB, T0 - MINUTE + SETTLE_MS);
    expect(rowOf(again, 'proj_A')).toMatchObject({ state: 'pending', priority: 'repair' });
    expect(again.verifyAt).toBeNull();
  });

  it('is not looked at again where the list shows it', () => {
    const listed = resolveByList(asked, [...listsOnlyB, shows('proj_A', 'cp_proj_A')], T0);
    expect(listed.verifyAt).toBeNull();
  });

  it('is looked at again also where OpenAI does not know the checkpoint', () => {
    const listed = resolveGone(asked, 'The model does not exist', T0);
    expect(listed).toMatchObject({ gone: null, verifyAt: T0 - MINUTE + SETTLE_MS });
    expect(resolveGone(listed, 'The model does not exist', T0 - MINUTE + SETTLE_MS)).toMatchObject({
      gone: 'The model does not exist',
      verifyAt: null,
    });
  });

  it('stays known where it is not ours and a list that began earlier comes to its end', () => {
    const later = resolveByList(aCheckpoint(), [shows('proj_A', 'cp_THEIRS', T0)], T0 + MINUTE);
    expect(rowOf(later, 'proj_A').state).toBe('foreign');
    const earlier = resolveByList(later, [], T0 + 1_000);
    expect(rowOf(earlier, 'proj_A')).toEqual(rowOf(later, 'proj_A'));
    expect(earlier.verifyAt).toBe(T0 + SETTLE_MS);
    expect(resolveByList(earlier, [], T0 + SETTLE_MS).permissions).toEqual({});
  });
});
