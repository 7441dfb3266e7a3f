import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  believe,
  confirmAbsence,
  doubtAbsence,
  heldAbsences,
  isBelieved,
  type ListAnswer,
  lookAtOnce,
  missingFrom,
  needsProof,
  noteModel,
  vanishing,
} from '../../../lambdas/core/checkpoint/absence.ts';
import { newCheckpoint, newPermission, withPermission } from '../../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import type { AbsenceState } from '../../../lambdas/core/model/system-state.ts';

const NOW = Date.UTC(2026, 10, 20);
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const SAID = { reason: 'The model does not exist', held: false };

function record(parts: Partial<PermissionRecord> = {}, projectIds = ['proj_EU', 'proj_US']): CheckpointRecord {
  return projectIds.reduce(
    (made, projectId) =>
      withPermission(made, {
        ...newPermission(projectId, 'active'),
        permissionId: `cp_${projectId}`,
        sharedAt: NOW - 10 * DAY,
        ...parts,
      }),
    newCheckpoint('ft:gpt-4o:org::A', { source: 'research', jobId: 'ftjob-1' }),
  );
}

const shows = (...projectIds: string[]): ListAnswer =>
  projectIds.map((projectId) => ({ projectId, permissionId: `cp_${projectId}`, createdAt: NOW - 10 * DAY }));

describe('whose key it is', () => {
  it.each<[string, CheckpointRecord, ListAnswer, boolean]>([
    ['OpenAI does not know the checkpoint', record(), 'gone', true],
    ['it does not know what is still asked for', record({ state: 'pending', permissionId: null }), 'gone', true],
    ['it lists nothing of what we have', record(), [], true],
    ['it lists only what is not ours', record(), shows('proj_ASIA'), true],
    ['it lists one of ours: another key would not see it', record(), shows('proj_EU'), false],
    ['nothing of ours is missing', record({}, []), [], false],
    ['what is missing was granted a moment ago', record({ askedAt: NOW - 1_000 }), [], false],
    ['the audit log has told of every deletion', record({ toldDeleted: true }), [], false],
    ['a DELETE was answered with 404', record({ state: 'revoking', doubt: 'not-there' }), [], true],
    ['a DELETE goes on', record({ state: 'revoking' }), [], false],
    ['a call is in doubt, and the list would end that', record({ state: 'unknown', permissionId: null }), [], true],
    [
      'a call is in doubt, and others show',
      record({ state: 'unknown', permissionId: null }),
      shows('proj_ASIA'),
      false,
    ],
    ['nothing was ever asked for, and the list comes first', { ...record({}, []), lookFirst: true }, [], true],
  ])('is asked where something follows from it: %s', (_, of, answer, expected) => {
    expect(needsProof(of, answer, NOW)).toBe(expected);
  });
});

describe('what an answer leaves out', () => {
  const missing = (of: CheckpointRecord, answer: ListAnswer) =>
    missingFrom(of, answer, NOW).map(({ projectId }) => projectId);

  it.each<[string, Partial<PermissionRecord>]>([
    ['is in force', {}],
    ['nobody wants any more', { state: 'orphaned' }],
    ['was refused, and may be there all the same', { state: 'rejected' }],
  ])('is what %s and does not show by any of its ids', (_, parts) => {
    expect(missing(record(parts), shows('proj_EU'))).toEqual(['proj_US']);
    const second = record({ ...parts, duplicateIds: ['cp_second'] }, ['proj_EU']);
    expect(missing(second, [])).toEqual(['proj_EU']);
    expect(missing(second, [{ projectId: 'proj_EU', permissionId: 'cp_second', createdAt: NOW }])).toEqual([]);
  });

  it('is what is being deleted where the checkpoint is unknown, or where a DELETE found nothing, too', () => {
    const revoking = record({ state: 'revoking' }, ['proj_EU']);
    expect(missing(revoking, [])).toEqual([]);
    expect(missing(revoking, 'gone')).toEqual(['proj_EU']);
    expect(missing(record({ state: 'revoking', doubt: 'not-there' }, ['proj_EU']), [])).toEqual(['proj_EU']);
  });

  it.each(['revoked', 'drifted', 'foreign', 'unknown'] as const)('is nothing that is %s', (state) => {
    expect(missing(record({ state }), 'gone')).toEqual([]);
  });

  it('is nothing that was refused and never granted', () => {
    expect(missing(record({ state: 'rejected', permissionId: null }), 'gone')).toEqual([]);
  });
});

describe('a checkpoint that OpenAI does not know', () => {
  const doubted = doubtAbsence(record(), 'gone', SAID, NOW);

  it('is believed to be gone at a second look an hour later, by a key that is ours', () => {
    expect(isBelieved(record(), 'gone', 'known', NOW)).toBe(false);
    expect(isBelieved(doubted, 'gone', 'known', NOW + HOUR - 1)).toBe(false);
    expect(isBelieved(doubted, 'gone', 'known', NOW + HOUR)).toBe(true);
  });

  it('is not, however long it stands, where nobody can tell whose key it is', () => {
    expect(isBelieved(doubted, 'gone', 'unproven', NOW + 365 * DAY)).toBe(false);
  });

  it('is believed at once where the project key does not find the model, either', () => {
    const witnessed = noteModel(doubted, 'gone', NOW + 1);
    expect(witnessed).toMatchObject({ verifyAt: NOW + 1, absence: { model: 'gone' } });
    expect(isBelieved(witnessed, 'gone', 'unproven', NOW + 1)).toBe(true);
  });

  it('is never where the project key finds the model', () => {
    const witnessed = noteModel(doubted, 'there', NOW + 1);
    expect(isBelieved(witnessed, 'gone', 'known', NOW + 365 * DAY)).toBe(false);
    expect(witnessed.verifyAt).toBe(doubted.verifyAt);
  });

  it('is believed at once where it was gone already, and nothing has been asked for since', () => {
    const gone = { ...record({ state: 'revoked' }), gone: 'The model does not exist' };
    expect(isBelieved(gone, 'gone', 'unproven', NOW)).toBe(true);
    expect(isBelieved({ ...gone, lookFirst: true }, 'gone', 'unproven', NOW)).toBe(false);
  });

  it.each([
    ['a call is in doubt, which may have been granted', record({ state: 'unknown', permissionId: null })],
    ['a list has to come before anything is asked for', { ...record({}, []), lookFirst: true } as const],
    ['nothing was granted for it, and may be wanted yet', record({ state: 'revoked' })],
    ['only its permissions were told to be deleted, and are wanted still', record({ toldDeleted: true })],
  ])('is not believed at once where %s', (_, of) => {
    expect(isBelieved(of, 'gone', 'known', NOW)).toBe(false);
    expect(isBelieved(doubtAbsence(of, 'gone', SAID, NOW), 'gone', 'known', NOW + HOUR)).toBe(true);
  });

  it('is looked at again only for a witness who says something new', () => {
    expect(noteModel(record(), 'gone', NOW)).toEqual(record());
    const witnessed = noteModel(doubted, 'gone', NOW + HOUR);
    expect(noteModel(witnessed, 'gone', NOW + 2 * HOUR)).toBe(witnessed);
    expect(witnessed.verifyPriority).toBe('verify');
  });

  it('keeps what the witness said for as long as it is answered the same, and the reason newest', () => {
    const witnessed = noteModel(doubted, 'there', NOW);
    const again = doubtAbsence(witnessed, 'gone', { reason: 'still none', held: true }, NOW + HOUR);
    expect(again.absence).toEqual({ kind: 'gone', reason: 'still none', since: NOW, model: 'there', held: true });
    expect(again.verifyPriority).toBe('verify');
    expect(doubtAbsence(witnessed, [], SAID, NOW + HOUR).absence).toEqual({
      ...SAID,
      kind: 'left-out',
      since: NOW + HOUR,
      model: null,
    });
  });

  it('is looked at again in an hour, then as long again, at most a day', () => {
    expect(doubted.verifyAt).toBe(NOW + HOUR);
    expect(doubtAbsence(doubted, 'gone', SAID, NOW + 5 * HOUR).verifyAt).toBe(NOW + 10 * HOUR);
    expect(doubtAbsence(doubted, 'gone', SAID, NOW + 40 * DAY).verifyAt).toBe(NOW + 41 * DAY);
  });

  it('does not count an answer of another kind as a second look', () => {
    const listed = doubtAbsence(record(), [], SAID, NOW);
    expect(isBelieved(listed, 'gone', 'known', NOW + DAY)).toBe(false);
    expect(doubtAbsence(listed, 'gone', SAID, NOW + DAY).absence).toMatchObject({ kind: 'gone', since: NOW + DAY });
    expect(isBelieved(doubted, [], 'unproven', NOW + DAY)).toBe(false);
  });
});

describe('a list that shows nothing of ours', () => {
  it('is believed of a key that is ours, else only when it stands for six hours', () => {
    expect(isBelieved(record(), [], 'known', NOW)).toBe(true);
    expect(isBelieved(record(), [], 'unproven', NOW)).toBe(false);
    const doubted = doubtAbsence(record(), [], SAID, NOW);
    expect(isBelieved(doubted, [], 'unproven', NOW + 6 * HOUR - 1)).toBe(false);
    expect(isBelieved(doubted, [], 'unproven', NOW + 6 * HOUR)).toBe(true);
  });

  it('ends no call that may have had its effect, however long it stands and whatever the project key finds', () => {
    const lost = record({ state: 'unknown', permissionId: null });
    const doubted = doubtAbsence(lost, [], SAID, NOW);
    expect(isBelieved(lost, [], 'known', NOW)).toBe(true);
    expect(isBelieved(lost, [], 'unproven', NOW)).toBe(false);
    expect(isBelieved(doubted, [], 'unproven', NOW + 365 * DAY)).toBe(false);
    expect(isBelieved(noteModel(doubted, 'there', NOW), [], 'unproven', NOW + 365 * DAY)).toBe(false);
    expect(isBelieved(lost, shows('proj_ASIA'), 'unproven', NOW)).toBe(true);
  });

  it('is believed of any key where the project key does not find the model, either', () => {
    for (const of of [record(), record({ state: 'unknown', permissionId: null })]) {
      const witnessed = noteModel(doubtAbsence(of, [], SAID, NOW), 'gone', NOW + 1);
      expect(witnessed).toMatchObject({ verifyAt: NOW + 1 });
      expect(isBelieved(witnessed, [], 'unproven', NOW + 1)).toBe(true);
    }
    const notFound = noteModel(doubtAbsence(record(), 'gone', SAID, NOW), 'gone', NOW);
    expect(isBelieved(notFound, [], 'unproven', NOW)).toBe(false);
  });

  it('keeps nothing from being shared that was never asked for, where there is nothing to compare it with', () => {
    expect(isBelieved({ ...record({}, []), lookFirst: true }, [], 'unproven', NOW)).toBe(true);
  });

  it('is believed of any key where it shows one of ours', () => {
    expect(isBelieved(record(), shows('proj_EU'), 'unproven', NOW)).toBe(true);
  });

  it('needs no other witness where the audit log has told of every deletion', () => {
    expect(isBelieved(record({ toldDeleted: true }), [], 'unproven', NOW)).toBe(true);
  });
});

describe('how much may vanish within a day', () => {
  const empty: AbsenceState = { version: 1, believed: [], confirmed: null };

  it('counts neither what was to be deleted nor what somebody is known to have deleted', () => {
    expect(vanishing(record(), [], NOW)).toBe(2);
    expect(vanishing(record(), shows('proj_EU'), NOW)).toBe(1);
    expect(vanishing(record({ toldDeleted: true }), [], NOW)).toBe(0);
    expect(vanishing(record({ state: 'revoking', doubt: 'not-there' }), 'gone', NOW)).toBe(0);
  });

  it('is five, or 15 % of what was tracked, all of the day together', () => {
    expect(believe(empty, 5, 5, NOW)).not.toBeNull();
    expect(believe(empty, 6, 39, NOW)).toBeNull();
    expect(believe(empty, 6, 40, NOW)).not.toBeNull();
    const five = believe(empty, 5, 5, NOW) ?? empty;
    expect(believe(five, 1, 0, NOW + DAY - 1)).toBeNull();
    expect(believe(five, 1, 0, NOW + DAY)).not.toBeNull();
    expect(believe(five, 1, 35, NOW + HOUR)).not.toBeNull();
  });

  it('is more by a person’s word: so many, once, and not for ever', () => {
    const confirmed = confirmAbsence(empty, 30, NOW + DAY);
    expect(believe(confirmed, 31, 0, NOW)).toBeNull();
    const left = believe(confirmed, 20, 0, NOW);
    expect(left?.confirmed).toEqual({ until: NOW + DAY, permissions: 10 });
    expect(believe(left ?? empty, 11, 0, NOW)).toBeNull();
    expect(believe(confirmed, 20, 0, NOW + DAY)).toBeNull();
    expect(believe(confirmed, 30, 0, NOW)?.confirmed).toEqual({ until: NOW + DAY, permissions: 0 });
  });

  it('never lets more than that through without a word, in whatever portions it comes', () => {
    const portions = fc.array(fc.record({ permissions: fc.integer({ min: 1, max: 30 }), waitMs: fc.nat(DAY / 4) }));
    fc.assert(
      fc.property(portions, fc.integer({ min: 0, max: 300 }), (asked, total) => {
        let state = empty;
        let now = NOW;
        let tracked = total;
        for (const { permissions, waitMs } of asked) {
          now += waitMs;
          const after = believe(state, permissions, tracked, now);
          if (after === null) continue;
          state = after;
          tracked = Math.max(0, tracked - permissions);
          const today = state.believed.filter(({ at }) => at > now - DAY);
          const gone = today.reduce((sum, entry) => sum + entry.permissions, 0);
          expect(gone <= 5 || gone <= 0.15 * (tracked + gone)).toBe(true);
        }
      }),
    );
  });

  it('names what waits by the very checkpoints', () => {
    const held = doubtAbsence(record(), 'gone', { ...SAID, held: true }, NOW);
    const other = { ...held, checkpoint: 'ft:gpt-4o:org::B' };
    expect(heldAbsences([record(), doubtAbsence(record(), 'gone', SAID, NOW)])).toBeNull();
    expect(heldAbsences([held, record()])).toMatchObject({ checkpoints: 1, permissions: 2, since: NOW });
    expect(heldAbsences([held, other])?.id).toBe(heldAbsences([other, held])?.id);
    expect(heldAbsences([held, other])?.id).not.toBe(heldAbsences([held])?.id);
    expect(heldAbsences([other])?.id).not.toBe(heldAbsences([held])?.id);
    expect(heldAbsences([held])?.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('counts what a word lets through: also what is refused since its project was closed, and may be there', () => {
    const { permissions } = record();
    const refused = { ...newPermission('proj_CLOSED', 'rejected'), permissionId: 'cp_9' };
    const never = newPermission('proj_NEVER', 'rejected');
    const all = { ...record(), permissions: { ...permissions, proj_CLOSED: refused, proj_NEVER: never } };
    const held = doubtAbsence(all, 'gone', { ...SAID, held: true }, NOW);
    expect(heldAbsences([held])?.permissions).toBe(3);
    expect(vanishing(all, 'gone', NOW)).toBeLessThanOrEqual(3);
  });

  it('tells since when the first of it waits', () => {
    const first = doubtAbsence(record(), 'gone', { ...SAID, held: true }, NOW);
    const later = {
      ...doubtAbsence(record(), [], { ...SAID, held: true }, NOW + HOUR),
      checkpoint: 'ft:gpt-4o:org::B',
    };
    expect(heldAbsences([later, first])).toMatchObject({ checkpoints: 2, permissions: 4, since: NOW });
  });

  it('is looked at once more, at once, after a person’s word: that alone and nothing else', () => {
    const held = doubtAbsence(record(), 'gone', { ...SAID, held: true }, NOW);
    expect(lookAtOnce(held, NOW + 1)).toEqual({ ...held, verifyAt: NOW + 1, verifyPriority: 'repair' });
    const waiting = doubtAbsence(record(), 'gone', SAID, NOW);
    expect(lookAtOnce(waiting, NOW + 1)).toBe(waiting);
    const undoubted = record();
    expect(lookAtOnce(undoubted, NOW + 1)).toBe(undoubted);
  });
});
