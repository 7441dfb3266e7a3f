import { describe, expect, it } from 'vitest';
import { beginCreate, type CreateAnswer, endCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import type { CheckpointRecord, RefusedProject } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, SECOND, shows, T0 } from '../../builders/checkpoints.ts';

const DEADLINE = 30 * SECOND;
const NOBODY: ReadonlyMap<string, RefusedProject> = new Map();

function begin(record: CheckpointRecord, now = T0, refused = NOBODY) {
  return beginCreate(record, refused, now, DEADLINE);
}

/** A call for these projects, begun at T0 and ended a second later. */
function call(record: CheckpointRecord, answer: CreateAnswer, at = T0): CheckpointRecord {
  const begun = begin(record, at);
  return endCreate(begun.record, { projectIds: begun.projectIds, startedAt: at }, answer, at + SECOND);
}

function pending(...projectIds: readonly string[]): CheckpointRecord {
  return aCheckpoint(...projectIds.map((projectId) => aPermission(projectId, 'pending')));
}

function refused(named: readonly string[] = [], forGood = false): CreateAnswer {
  return { kind: 'refused', reason: 'no', named, forGood };
}

describe('a creating call', () => {
  it('is for every target that is due, and marks them in flight', () => {
    const { record, projectIds } = begin(pending('proj_A', 'proj_B'));
    expect(projectIds).toEqual(['proj_A', 'proj_B']);
    expect(record.inFlight).toEqual({ projectIds, startedAt: T0, deadline: T0 + DEADLINE });
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'unknown', askedAt: T0, notBefore: T0 + DEADLINE });
    // Until it ends, nobody knows what it did.
    expect(rowOf(record, 'proj_A')).toMatchObject({ doubt: 'no-answer', reason: 'being asked for' });
  });

  it('is not begun before a LIST has told, where the checkpoint is older than what is known of it', () => {
    const unseen: CheckpointRecord = { ...pending('proj_A'), lookFirst: true };
    expect(begin(unseen)).toEqual({ record: unseen, projectIds: [] });
  });

  it('is for nothing that is refused for good, or waits for something else', () => {
    const forGood = aPermission('proj_A', 'rejected', { priority: 'retry', notBefore: null });
    expect(begin(aCheckpoint(forGood)).projectIds).toEqual([]);
    const others = (['active', 'orphaned', 'revoking', 'revoked', 'unknown'] as const).map((state) =>
      aPermission(`proj_${state}`, state, { notBefore: T0 - MINUTE }),
    );
    const { record, projectIds } = begin(aCheckpoint(...others));
    expect(projectIds).toEqual([]);
    expect(record).toEqual(aCheckpoint(...others));
  });

  it('is not for what is paused, but for the others', () => {
    const paused = aPermission('proj_B', 'pending', { parked: true });
    const { record, projectIds } = begin(aCheckpoint(aPermission('proj_A', 'pending'), paused));
    expect(projectIds).toEqual(['proj_A']);
    expect(rowOf(record, 'proj_B')).toEqual(paused);
  });

  it('leaves out what is due later', () => {
    const later = aPermission('proj_B', 'pending', { notBefore: T0 + 1 });
    const { record, projectIds } = begin(aCheckpoint(aPermission('proj_A', 'pending'), later));
    expect(projectIds).toEqual(['proj_A']);
    expect(rowOf(record, 'proj_B')).toEqual(later);
  });

  it('is not begun while another is in flight, nor after that was lost: first a LIST has to tell', () => {
    const begun = begin(pending('proj_A')).record;
    const withOther = { ...begun, permissions: { ...begun.permissions, proj_B: aPermission('proj_B', 'pending') } };
    expect(begin(withOther)).toEqual({ record: withOther, projectIds: [] });
    expect(begin(withOther, T0 + DAY).projectIds).toEqual([]);
    expect(dueOf(withOther)).toEqual({ lane: 'list', priority: 'fresh', at: T0 + DEADLINE });
  });

  it('has at most 100 targets; the others follow in the next', () => {
    const many = pending(...Array.from({ length: 130 }, (_, index) => `proj_${index}`));
    const first = begin(many);
    expect(first.projectIds).toHaveLength(100);
    const done = endCreate(
      first.record,
      { projectIds: first.projectIds, startedAt: T0 },
      granted(first.projectIds),
      T0,
    );
    expect(begin(done).projectIds).toHaveLength(30);
  });

  it('is not spoiled by what OpenAI refused before: that is asked for alone', () => {
    const bad = aPermission('proj_BAD', 'rejected', { priority: 'retry', notBefore: T0 - 1 });
    const record = aCheckpoint(bad, aPermission('proj_A', 'pending'));
    expect(begin(record).projectIds).toEqual(['proj_A']);
    expect(begin(aCheckpoint(bad)).projectIds).toEqual(['proj_BAD']);
    // A 429 makes no ordinary target of it.
    const again = rowOf(call(aCheckpoint(bad), notDone(true)), 'proj_BAD');
    const both = aCheckpoint(again, aPermission('proj_A', 'pending', { notBefore: T0 + SECOND }));
    expect(begin(both, T0 + SECOND).projectIds).toEqual(['proj_A']);
  });

  it('leaves out a project that OpenAI refused elsewhere, until its next try', () => {
    const known = new Map([['proj_B', { projectId: 'proj_B', reason: 'archived', retryAt: T0 + DAY }]]);
    const { record, projectIds } = begin(pending('proj_A', 'proj_B'), T0, known);
    expect(projectIds).toEqual(['proj_A']);
    expect(rowOf(record, 'proj_B')).toMatchObject({
      state: 'rejected',
      reason: 'archived',
      priority: 'retry',
      notBefore: T0 + DAY,
    });
    expect(begin(pending('proj_B'), T0 + DAY, known).projectIds).toEqual(['proj_B']);
  });

  it('is not made at all where every target is set aside', () => {
    const known = new Map([['proj_B', { projectId: 'proj_B', reason: 'archived', retryAt: T0 + DAY }]]);
    const { record, projectIds } = begin(pending('proj_B'), T0, known);
    expect(projectIds).toEqual([]);
    expect(record.inFlight).toBeNull();
    expect(dueOf(record)).toMatchObject({ lane: 'create', priority: 'retry', at: T0 + DAY });
  });
});

describe('an answer', () => {
  it('that grants is recorded with every id, in whatever order they come', () => {
    const permissions = [shows('proj_B', 'cp_2', T0 + 5), shows('proj_A', 'cp_1', T0 + 4)];
    const record = call(pending('proj_A', 'proj_B'), { kind: 'created', permissions, complete: true });
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'active', permissionId: 'cp_1', sharedAt: T0 + 4 });
    expect(rowOf(record, 'proj_B')).toMatchObject({ state: 'active', permissionId: 'cp_2', sharedAt: T0 + 5 });
    expect(rowOf(record, 'proj_A')).toMatchObject({ doubt: null, reason: null, notBefore: null });
    expect(record.inFlight).toBeNull();
    expect(dueOf(record)).toBeNull();
  });

  it('that grants where the checkpoint was taken for gone has it looked at, since more may be there', () => {
    const created: CreateAnswer = { kind: 'created', permissions: [shows('proj_A', 'cp_1')], complete: true };
    const gone = { ...pending('proj_A'), gone: 'The model does not exist' };
    expect(dueOf(call(gone, created))).toEqual({ lane: 'list', priority: 'repair', at: T0 + SECOND });
    expect(dueOf(call(pending('proj_A'), created))).toBeNull();
  });

  it('that leaves a project out puts it in doubt, for a LIST to tell', () => {
    const permissions = [shows('proj_A', 'cp_1')];
    const record = call(pending('proj_A', 'proj_B'), { kind: 'created', permissions, complete: true });
    expect(rowOf(record, 'proj_B')).toMatchObject({
      state: 'unknown',
      doubt: 'left-out',
      reason: 'OpenAI left this project out of its answer',
      notBefore: T0 + SECOND,
    });
    expect(dueOf(record)).toMatchObject({ lane: 'list' });
  });

  it('that shows but a part of what was granted leaves nobody out', () => {
    const permissions = [shows('proj_A', 'cp_1')];
    const record = call(pending('proj_A', 'proj_B'), { kind: 'created', permissions, complete: false });
    expect(rowOf(record, 'proj_B')).toMatchObject({ state: 'unknown', doubt: 'no-answer', notBefore: T0 + SECOND });
  });

  it('that refuses by name rejects that project, and asks for the others again at once', () => {
    const record = call(pending('proj_A', 'proj_BAD', 'proj_B'), refused(['proj_BAD']));
    expect(rowOf(record, 'proj_BAD')).toMatchObject({
      state: 'rejected',
      reason: 'no',
      priority: 'retry',
      notBefore: T0 + SECOND + DAY,
    });
    expect(begin(record, T0 + SECOND).projectIds).toEqual(['proj_A', 'proj_B']);
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'pending', reason: 'no', doubt: null });
    expect(record.batches).toEqual([]);
  });

  it('that names a project which the call was not for blames none of those that it was for', () => {
    const record = call(pending('proj_A', 'proj_B'), refused(['proj_X']));
    expect(Object.values(record.permissions).map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(Object.keys(record.permissions)).toEqual(['proj_A', 'proj_B']);
  });

  it('that forbids to share the checkpoint leaves all of it for a day, and tells why', () => {
    const record = call(pending('proj_A', 'proj_B'), { kind: 'forbidden', reason: 'not shareable' });
    for (const projectId of ['proj_A', 'proj_B']) {
      expect(rowOf(record, projectId)).toMatchObject({
        state: 'rejected',
        failing: 'forbidden',
        reason: 'not shareable',
        priority: 'retry',
        notBefore: T0 + SECOND + DAY,
        attempts: 0,
        doubt: null,
      });
    }
  });

  it('that refuses for good (the owning project) is not tried again', () => {
    const record = call(pending('proj_A'), refused(['proj_A'], true));
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'rejected', notBefore: null });
    expect(dueOf(record)).toBeNull();
  });

  it('that refuses without a name rejects the target that was alone', () => {
    expect(rowOf(call(pending('proj_A'), refused()), 'proj_A')).toMatchObject({ state: 'rejected' });
  });

  it('that throttles asks again at once, and counts as nobody’s failure', () => {
    const record = call(pending('proj_A'), { kind: 'not-done', reason: '429', blameless: true });
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'pending', attempts: 0, priority: 'fresh' });
    expect(dueOf(record)).toMatchObject({ lane: 'create', at: T0 + SECOND });
  });

  it('that never came is a matter for a LIST, never for a second POST', () => {
    const record = call(pending('proj_A'), { kind: 'uncertain', reason: 'reset' });
    expect(dueOf(record)).toMatchObject({ lane: 'list', at: T0 + SECOND });
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'unknown', reason: 'reset', doubt: 'no-answer' });
    expect(begin(record, T0 + DAY).projectIds).toEqual([]);
  });

  it('for a target that nobody wants any more drops it, unless it was granted', () => {
    const begun = begin(pending('proj_A')).record;
    const unwanted = aCheckpoint({ ...rowOf(begun, 'proj_A'), want: null });
    const post = { projectIds: ['proj_A'], startedAt: T0 };
    for (const answer of [refused(['proj_A']), refused(), notDone(true), notDone(false), notFound()]) {
      expect(endCreate(unwanted, post, answer, T0 + 1).permissions).toEqual({});
    }
    const record = endCreate(unwanted, post, granted(['proj_A']), T0 + 1);
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'orphaned', permissionId: 'cp_proj_A', want: null });
  });

  it.each([refused(['proj_A']), refused(), notDone(true), notDone(false), notFound(), uncertain()])(
    'that comes late changes nothing of what a later call has made of it (%o)',
    (answer) => {
      const later = begin(pending('proj_A'), T0 + 5 * MINUTE).record;
      const post = { projectIds: ['proj_A'], startedAt: T0 };
      expect(rowOf(endCreate(later, post, answer, T0 + 6 * MINUTE), 'proj_A')).toEqual(rowOf(later, 'proj_A'));
      expect(endCreate(later, post, answer, T0 + 6 * MINUTE).inFlight).toEqual(later.inFlight);
      const active = aCheckpoint(aPermission('proj_A', 'active', { askedAt: T0 }));
      expect(endCreate(active, post, answer, T0 + 6 * MINUTE).permissions).toEqual(active.permissions);
    },
  );

  it.each([refused(['proj_A']), refused(), notDone(true), notDone(false), notFound(), uncertain()])(
    'for a target that was forgotten meanwhile brings it back no more (%o)',
    (answer) => {
      const { record } = begin(pending('proj_A'));
      const post = { projectIds: ['proj_A'], startedAt: T0 };
      expect(endCreate({ ...record, permissions: {} }, post, answer, T0 + 1).permissions).toEqual({});
    },
  );

  it('that refuses several unnamed, while but one of them still waits, does not blame that one', () => {
    const { record } = begin(pending('proj_A', 'proj_B'));
    const moved = { ...record, permissions: { ...record.permissions, proj_B: aPermission('proj_B', 'active') } };
    const ended = endCreate(moved, { projectIds: ['proj_A', 'proj_B'], startedAt: T0 }, refused(), T0 + 1);
    expect(rowOf(ended, 'proj_A')).toMatchObject({ state: 'pending' });
  });
});

describe('a failure that may pass', () => {
  it('waits 30 s, 1, 2, 4, 8, then 15 minutes, and is fresh no more', () => {
    let record = pending('proj_A');
    let now = T0;
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      record = call(record, notDone(false), now);
      const next = rowOf(record, 'proj_A').notBefore ?? 0;
      waits.push((next - now - SECOND) / SECOND);
      now = next;
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'pending', priority: 'repair', failing: 'unavailable' });
  });

  it('an unknown checkpoint is asked for four times, then once a day, one try each', () => {
    let record = pending('proj_A');
    let now = T0;
    const waits: number[] = [];
    while (rowOf(record, 'proj_A').state !== 'rejected') {
      record = call(record, notFound(), now);
      const next = rowOf(record, 'proj_A').notBefore ?? 0;
      waits.push((next - now - SECOND) / SECOND);
      now = next;
    }
    expect(waits).toEqual([30, 60, 120, DAY / SECOND]);
    expect(rowOf(record, 'proj_A')).toMatchObject({ failing: 'not-found', reason: 'no such model', attempts: 0 });
    record = call(record, notFound(), now);
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'rejected', notBefore: now + SECOND + DAY });
  });

  it('an unknown checkpoint that a person has named is refused at once, and tried once a day', () => {
    const want = aWant('proj_A', { origin: 'operator', rule: null });
    const typed = aCheckpoint(aPermission('proj_A', 'pending', { want }));
    const row = rowOf(call(typed, notFound(), T0), 'proj_A');
    expect(row).toMatchObject({ state: 'rejected', priority: 'retry', notBefore: T0 + SECOND + DAY });
  });

  it('of another kind does not use up the tries of a 404', () => {
    let record = pending('proj_A');
    let now = T0;
    for (let tries = 0; tries < 6; tries++) {
      record = call(record, notDone(false), now);
      now = rowOf(record, 'proj_A').notBefore ?? 0;
    }
    record = call(record, notFound(), now);
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('is forgotten with the first success', () => {
    const failed = call(pending('proj_A'), notDone(false));
    const record = call(failed, granted(['proj_A']), T0 + MINUTE);
    expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'active', attempts: 0, failing: null });
  });
});

function granted(projectIds: readonly string[]): CreateAnswer {
  const permissions = projectIds.map((projectId) => shows(projectId, `cp_${projectId}`));
  return { kind: 'created', permissions, complete: true };
}

function notDone(blameless: boolean): CreateAnswer {
  return { kind: 'not-done', reason: 'away', blameless };
}

function notFound(): CreateAnswer {
  return { kind: 'not-found', reason: 'no such model' };
}

function uncertain(): CreateAnswer {
  return { kind: 'uncertain', reason: 'reset' };
}
