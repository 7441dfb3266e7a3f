import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { isFlapping } from '../../../lambdas/core/checkpoint/flapping.ts';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { Hold, PermissionState } from '../../../lambdas/core/model/permission.ts';
import { DAY, MINUTE, SECOND } from '../../builders/checkpoints.ts';
import { BAD, type Fate, PROJECTS } from './history.ts';
import { HistoryByHand as History } from './history-by-hand.ts';
import { DEADLINE_MS, LAG_MS } from './model.ts';

type Step = (history: History) => void;

/** A step that says in a counterexample what it does. */
function step<Args extends unknown[]>(
  name: string,
  args: fc.Arbitrary<Args>,
  run: (history: History, ...args: Args) => void,
): fc.Arbitrary<Step> {
  return args.map((given) => {
    const taken: Step = (history) => run(history, ...given);
    return Object.assign(taken, { [fc.toStringMethod]: () => `${name}(${given.join(', ')})` });
  });
}

const FATES: readonly Fate[] = [
  'answered',
  'lost-after',
  'lost-before',
  'throttled',
  'unavailable',
  'not-found',
  'refused-silent',
  'left-out',
  'truncated',
];

const effects = fc.integer({ min: 0, max: DEADLINE_MS });
const lags = fc.integer({ min: 0, max: LAG_MS });
const fates = fc.constantFrom(...FATES);
const some = fc.nat({ max: 9 });
const times = fc.oneof(
  fc.integer({ min: 0, max: 2 * SECOND }),
  fc.integer({ min: 0, max: 3 * MINUTE }),
  fc.constant(DAY),
);

const targets = fc.subarray([...PROJECTS]);
const all = fc.subarray([...PROJECTS, 'proj_THEIRS']);
const moments = fc.integer({ min: 0, max: 2 * MINUTE });
const none = fc.constant<[]>([]);
const call = fc.tuple(fates, effects, lags);
const which = fc.tuple(some);
const time = fc.tuple(times);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  step('want', fc.tuple(targets), (history, ids) => history.want(ids)),
  { arbitrary: step('beginPost', call, (history, ...args) => history.beginPost(...args)), weight: 2 },
  { arbitrary: step('endPost', which, (history, index) => history.endPost(index)), weight: 2 },
  step('beginList', none, (history) => history.beginList()),
  step('endList', fc.tuple(some, fc.boolean()), (history, ...args) => history.endList(...args)),
  step('endListInPart', fc.tuple(some, some), (history, ...args) => history.endListInPart(...args)),
  step('prune', none, (history) => history.prune()),
  step('beginDelete', call, (history, ...args) => history.beginDelete(...args)),
  step('endDelete', which, (history, index) => history.endDelete(index)),
  step('grantByHand', fc.tuple(fc.constantFrom(...PROJECTS), lags), (history, ...args) => history.grantByHand(...args)),
  step('deleteByHand', which, (history, index) => history.deleteByHand(index)),
  step('share', fc.tuple(targets), (history, ids) => history.share(ids)),
  step('revoke', fc.tuple(targets, fc.boolean()), (history, ...args) => history.revoke(...args)),
  step('forget', fc.tuple(all), (history, ids) => history.forget(ids)),
  step('ignore', fc.tuple(targets), (history, ids) => history.ignore(ids)),
  step('releaseHold', fc.tuple(targets), (history, ids) => history.releaseHold(ids)),
  step('recall', fc.tuple(all), (history, ids) => history.recall(ids)),
  {
    arbitrary: step('reconsider', fc.tuple(all, moments, fc.boolean()), (history, ...args) =>
      history.reconsider(...args),
    ),
    weight: 2,
  },
  step('lookForAdoption', none, (history) => history.lookForAdoption()),
  step('adopt', fc.tuple(some, targets), (history, ...args) => history.adopt(...args)),
  step('paused', fc.tuple(fc.boolean()), (history, isPaused) => history.paused(isPaused)),
  step('crash', none, (history) => history.crash()),
  { arbitrary: step('pass', time, (history, ms) => history.pass(ms)), weight: 2 },
);

const steps = fc.array(anyStep, { minLength: 1, maxLength: 60 });

function play(taken: readonly Step[]): History {
  const history = new History();
  history.want(PROJECTS);
  for (const next of taken) next(history);
  history.crash();
  history.paused(false);
  return history;
}

/** The share function from here on without mishap, until only the daily retry of what OpenAI refuses is due. */
function settle(history: History): number {
  history.crash();
  for (let steps = 0; steps < 300; steps++) {
    const due = dueOf(history.record);
    const isOpen = permissionsOf(history.record).some(
      ({ state, projectId, notBefore }) =>
        state === 'pending' || (state === 'rejected' && notBefore !== null && !BAD.has(projectId)),
    );
    if (due === null || (due.priority === 'retry' && !isOpen && due.lane === 'create')) return steps;
    history.now = Math.max(history.now, due.at);
    if (due.lane === 'create') {
      history.beginPost('answered', 0, 0);
      history.endPost(0);
    } else if (due.lane === 'list') {
      history.beginList();
      history.endList(0, false);
    } else {
      history.beginDelete('answered', 0, 0);
      history.endDelete(0);
    }
    history.now += SECOND;
  }
  throw new Error(`Work without end: ${JSON.stringify(history.record, null, 1)}`);
}

/** Settled, then verified by lists that can be believed, and settled again. */
function comeToRest(history: History): void {
  settle(history);
  for (let round = 0; round < 3; round++) {
    history.pass(5 * MINUTE);
    history.beginList();
    history.endList(0, false);
    settle(history);
  }
}

/** What may become of what a person has said something of. */
const HELD_STATES: Readonly<Record<Hold['kind'], readonly (PermissionState | undefined)[]>> = {
  forgotten: [undefined],
  withheld: ['orphaned', 'revoked', 'foreign', undefined],
  ignored: ['active', 'orphaned', 'drifted', 'rejected', 'revoked', 'foreign', undefined],
};

/** The projects that somebody wants beside the rules. */
function wantedByHand({ record }: History): readonly string[] {
  return permissionsOf(record).flatMap(({ projectId, want }) => (want === null ? [] : [projectId]));
}

function expectEverythingTracked({ record, openai, now }: History): void {
  for (const { permissionId, projectId, ours } of openai.alive(now)) {
    const row = record.permissions[projectId];
    // Refused, and to be left so: what its owner makes by hand stays the owner's.
    const isLeft = row?.state === 'rejected' && record.holds?.[projectId]?.kind === 'ignored';
    const isTracked = (row?.want ?? null) !== null && !isLeft;
    if (ours || isTracked) expect(row && idsOf(row)).toContain(permissionId);
  }
  const alive = new Set(openai.alive(now).map(({ permissionId }) => permissionId));
  for (const row of permissionsOf(record)) {
    if (['active', 'orphaned'].includes(row.state)) for (const id of idsOf(row)) expect(alive).toContain(id);
    if (row.state === 'revoked') for (const id of idsOf(row)) expect(alive).not.toContain(id);
  }
}

describe('whatever happens to a checkpoint', () => {
  it('comes to rest with every permission tracked, and everybody served who is wanted', () => {
    fc.assert(
      fc.property(steps, targets, (taken, wanted) => {
        const history = play(taken);
        history.want(wanted);
        comeToRest(history);
        expectEverythingTracked(history);
        for (const projectId of PROJECTS) {
          const row = history.record.permissions[projectId];
          // Deleted by hand again and again: left as it is until a person says otherwise.
          if (row && isFlapping(row)) continue;
          const state = row?.state;
          const held = history.record.holds?.[projectId]?.kind;
          if (held !== undefined) {
            expect(HELD_STATES[held]).toContain(state);
            continue;
          }
          const isByHand = row?.want?.origin === 'operator' || row?.want?.origin === 'adopted';
          const isWanted = wanted.includes(projectId) || isByHand;
          const hasOne = history.openai.alive(history.now).some((other) => other.projectId === projectId);
          if (isWanted) expect(state).toBe(BAD.has(projectId) && !hasOne ? 'rejected' : 'active');
          else expect(['orphaned', 'revoked', 'foreign', undefined]).toContain(state);
        }
        expect(history.record).toMatchObject({ inFlight: null });
      }),
      { numRuns: 1_500 },
    );
  });

  it('can be taken back: once nobody wants it and it is pruned, nothing of ours is left at OpenAI', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const history = play(taken);
        history.releaseHold(PROJECTS);
        history.want([]);
        comeToRest(history);
        history.revoke(wantedByHand(history), false);
        history.prune();
        comeToRest(history);
        expect(history.openai.alive(history.now).filter(({ ours }) => ours)).toEqual([]);
      }),
      { numRuns: 700 },
    );
  });

  it('a permission that somebody else made is never deleted where nobody here ever wanted it', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const history = new History();
        const [theirs] = history.openai.grant(['proj_THEIRS'], history.now, 0, false);
        for (const next of taken) next(history);
        history.paused(false);
        for (let times = 0; times < 2; times++) {
          history.prune();
          comeToRest(history);
        }
        const alive = history.openai.alive(history.now).map(({ permissionId }) => permissionId);
        expect(alive).toContain(theirs?.permissionId);
        const { permissions, holds } = history.record;
        if (holds?.proj_THEIRS !== undefined) return;
        expect(permissions.proj_THEIRS).toMatchObject({ state: 'foreign', permissionId: theirs?.permissionId });
      }),
      { numRuns: 300 },
    );
  });

  it('without mishap costs one POST, and no other call', () => {
    const history = new History();
    history.want(['proj_A', 'proj_B', 'proj_C']);
    expect(settle(history)).toBe(1);
    expect(history.posts).toBe(1);
  });
});
