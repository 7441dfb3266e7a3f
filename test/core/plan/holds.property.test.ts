import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { idsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { type PlanInput, plan } from '../../../lambdas/core/plan/plan.ts';
import { aCheckpoint, aHold, T0 } from '../../builders/checkpoints.ts';
import { carryOut, check, holdIn, isOut, PROJECTS } from './inputs.ts';

/** The very same input, with nothing said of this project. */
function without({ holds, ...input }: PlanInput, projectId: string): PlanInput {
  return { ...input, holds: Object.fromEntries(Object.entries(holds ?? {}).filter(([id]) => id !== projectId)) };
}

const actionsFor = (input: PlanInput, projectId: string) =>
  plan(input).filter((action) => action.projectId === projectId);

describe('a plan with what people have said', () => {
  it('has no action at all for what is forgotten', () => {
    check((input) => {
      for (const { projectId } of plan(input)) expect(holdIn(input, projectId)).not.toBe('forgotten');
    });
  });

  it('only takes note of whether what is ignored is there', () => {
    check((input) => {
      for (const { kind, projectId } of plan(input)) {
        if (holdIn(input, projectId) === 'ignored') expect(['report-drift', 'rerecord', 'close']).toContain(kind);
      }
    });
  });

  it('does about what is withheld what it does where nobody wants it, and prunes it whatever the policy says', () => {
    check((input) => {
      for (const projectId of PROJECTS) {
        if (holdIn(input, projectId) !== 'withheld') continue;
        const wanted = new Map([...input.wanted].filter(([id]) => id !== projectId));
        expect(actionsFor(input, projectId)).toEqual(
          actionsFor({ ...without(input, projectId), wanted, prune: true }, projectId),
        );
        for (const { kind } of actionsFor(input, projectId)) {
          expect(['create', 'adopt', 'rerecord', 'rewant', 'report-drift']).not.toContain(kind);
        }
      }
    });
  });

  it('does about every other project what it does where nobody has said anything', () => {
    check((input) => {
      for (const projectId of PROJECTS) {
        if (holdIn(input, projectId) !== undefined) continue;
        expect(actionsFor(input, projectId)).toEqual(actionsFor({ ...input, holds: {} }, projectId));
      }
    });
  });

  it('makes nothing due of what is forgotten or ignored, and takes no wish and no id from it that OpenAI shows', () => {
    check((input) => {
      const { permissions } = carryOut(input);
      for (const projectId of PROJECTS) {
        if (!isOut(input, projectId)) continue;
        const [before, after] = [input.recorded[projectId], permissions[projectId]];
        // Somebody else's that is gone is nothing to keep.
        if (before?.state === 'foreign' && after === undefined) continue;
        expect(after === undefined).toBe(before === undefined);
        if (before === undefined || after === undefined || after === before) continue;
        expect(dueOf(aCheckpoint(after))).toBeNull();
        expect(after.want).toEqual(before.want);
        const shown = input.actual === 'unknown' ? [] : input.actual.map(({ permissionId }) => permissionId);
        for (const id of idsOf(before)) if (shown.includes(id)) expect(idsOf(after)).toContain(id);
      }
    });
  });

  it('never depends on when or by whom it was said', () => {
    check((input) => {
      const others = Object.entries(input.holds ?? {}).map(
        ([projectId, { kind }]) => [projectId, aHold(kind, { at: T0 + 1, by: null })] as const,
      );
      expect(plan({ ...input, holds: Object.fromEntries(others) })).toEqual(plan(input));
    });
  });
});
