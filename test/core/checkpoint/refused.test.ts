import { describe, expect, it } from 'vitest';
import { beginCreate, type CreateAnswer, endCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { projectsToBlame } from '../../../lambdas/core/checkpoint/refused.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { wantByRules } from '../../builders/checkpoints.ts';

const DAY_MS = 24 * 60 * 60_000;
const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20);

function wanting(record: CheckpointRecord, projectIds: readonly string[], now: number): CheckpointRecord {
  const terms = { origin: 'policy', rule: 'everything', onDrift: 'repair', expiresAt: null } as const;
  return wantByRules(
    record,
    projectIds.map((projectId) => ({ projectId, ...terms })),
    now,
  );
}

function wanted(...projectIds: readonly string[]): CheckpointRecord {
  return wanting(
    newCheckpoint('ft:gpt-4o-mini:acme::One', { source: 'research', jobId: 'ftjob-1' }),
    projectIds,
    START,
  );
}

/** One creating call for all that is due, and its end. */
function post(record: CheckpointRecord, answer: (projectIds: readonly string[]) => CreateAnswer, now = START) {
  const { record: begun, projectIds } = beginCreate(record, new Map(), now, 30_000);
  expect(projectIds).not.toEqual([]);
  return endCreate(begun, { projectIds, startedAt: now }, answer(projectIds), now);
}

const created = (projectIds: readonly string[]): CreateAnswer => ({
  kind: 'created',
  complete: true,
  permissions: projectIds.map((projectId) => ({ permissionId: `cp_${projectId}`, projectId, createdAt: START })),
});
const refused =
  (named: readonly string[], forGood = false) =>
  (): CreateAnswer => ({ kind: 'refused', reason: 'no such project', named, forGood });

const blame = { projectId: 'proj_BAD', reason: 'no such project', retryAt: START + DAY_MS };

describe('a project is to blame', () => {
  it('where OpenAI named it, even before anybody was granted the checkpoint', () => {
    const record = post(wanted('proj_EU', 'proj_BAD'), refused(['proj_BAD']));
    expect(projectsToBlame(record, ['proj_BAD'])).toEqual([blame]);
  });

  it('where it was refused alone, and others were granted the checkpoint', () => {
    const alone = post(wanted('proj_BAD'), refused([]));
    expect(projectsToBlame(alone)).toEqual([]);
    const granted = post(wanting(alone, ['proj_BAD', 'proj_EU'], START), created);
    expect(projectsToBlame(granted)).toEqual([blame]);
  });

  it('where OpenAI leaves it out of its answer and its list, and others were granted the checkpoint', () => {
    const leftOut = post(wanted('proj_EU', 'proj_BAD'), () => created(['proj_EU']));
    expect(projectsToBlame(leftOut)).toEqual([]);
    const now = START + 10 * MINUTE;
    const listed = resolveByList(
      leftOut,
      [{ permissionId: 'cp_proj_EU', projectId: 'proj_EU', createdAt: START }],
      now,
    );
    expect(projectsToBlame(listed)).toMatchObject([{ projectId: 'proj_BAD', retryAt: now + DAY_MS }]);
  });

  it('where it is refused itself, whatever its calls failed of before', () => {
    let record = wanting(post(wanted('proj_EU'), created), ['proj_EU', 'proj_BAD'], START);
    let now = START;
    for (let tries = 0; tries < 6 && record.permissions.proj_BAD?.state === 'pending'; tries++) {
      record = post(record, () => ({ kind: 'not-found', reason: 'no such model' }), now);
      now += 30 * MINUTE;
    }
    now += DAY_MS;
    expect(projectsToBlame(post(record, refused([]), now))).toEqual([{ ...blame, retryAt: now + DAY_MS }]);
  });
});

describe('a project is not to blame', () => {
  it('for owning the checkpoint', () => {
    const record = post(wanted('proj_EU', 'proj_BAD'), refused(['proj_BAD'], true));
    expect(projectsToBlame(post(record, created), ['proj_BAD'])).toEqual([]);
  });

  it('while it is asked for, or was granted', () => {
    expect(projectsToBlame(wanted('proj_EU', 'proj_BAD'), ['proj_BAD'])).toEqual([]);
    expect(projectsToBlame(post(wanted('proj_BAD'), created), ['proj_BAD'])).toEqual([]);
  });

  it('for a checkpoint that is gone, though others had it once', () => {
    let record = wanting(post(wanted('proj_EU'), created), ['proj_EU', 'proj_LATE'], START);
    let now = START;
    for (let tries = 0; tries < 6 && record.permissions.proj_LATE?.state === 'pending'; tries++) {
      record = post(record, () => ({ kind: 'not-found', reason: 'no such model' }), now);
      now += 30 * MINUTE;
    }
    expect(record.permissions).toMatchObject({ proj_EU: { state: 'active' }, proj_LATE: { state: 'rejected' } });
    expect(projectsToBlame(record)).toEqual([]);
  });

  it('for calls that were lost every time, though others had the checkpoint before', () => {
    const shown = [{ permissionId: 'cp_proj_EU', projectId: 'proj_EU', createdAt: START }];
    let record = wanting(post(wanted('proj_EU'), created), ['proj_EU', 'proj_LATE'], START);
    let now = START;
    for (let tries = 0; tries < 10 && record.permissions.proj_LATE?.state === 'pending'; tries++) {
      record = post(record, () => ({ kind: 'uncertain', reason: 'reset' }), now);
      now += 30 * MINUTE;
      record = resolveByList(record, shown, now);
    }
    expect(record.permissions).toMatchObject({ proj_EU: { state: 'active' }, proj_LATE: { state: 'rejected' } });
    expect(projectsToBlame(record)).toEqual([]);
  });
});
