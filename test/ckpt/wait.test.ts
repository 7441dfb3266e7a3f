import { describe, expect, it } from 'vitest';
import type { Operator } from '../../bin/ckpt/aws/operator-function.ts';
import { type WaitOptions, waitForReconcile } from '../../bin/ckpt/plan/wait-for-reconcile.ts';
import type { Session } from '../../bin/ckpt/session.ts';
import { LANES, PERMISSION_STATES } from '../../lambdas/core/model/permission.ts';
import type { Asked, OperatorRequest, Progress, ResultOf } from '../../lambdas/shared/contract/operator.ts';
import type { FullPassStatus } from '../../lambdas/shared/contract/status.ts';
import { openTestSession } from './session.ts';

const T0 = Date.parse('2026-11-20T12:00:00.000Z');
const ENDED: Progress['reconcile'] = { state: 'ended', endedAt: '2026-11-20T12:00:05.000Z', error: null };
const DONE = { settled: true, reconcile: ENDED } as const;

/** An answer; what is not said of it is empty. */
function answer(parts: Partial<Progress>): Progress {
  const nothing = { now: 0, oldestAt: null, later: 0, nextAt: null };
  return {
    at: '2026-11-20T12:00:00.000Z',
    settled: false,
    reconcile: { state: 'running', endedAt: null, error: null },
    sources: [],
    underWay: { pending: 0, unknown: 0, revoking: 0, rejected: 0 },
    toVerify: 0,
    auditDue: false,
    due: Object.fromEntries(LANES.map((lane) => [lane, nothing])) as Progress['due'],
    nextCallAt: null,
    permissions: Object.fromEntries(PERMISSION_STATES.map((state) => [state, 0])) as Progress['permissions'],
    flapping: 0,
    waitingPlan: null,
    paused: { all: null, rules: [], sources: [] },
    ...parts,
  };
}

/** Waits, on virtual time, for an operator that answers so, the last over and over. */
function wait(answers: readonly Partial<Progress>[], options: Partial<WaitOptions> = {}, watched = true) {
  let now = T0;
  const left = [...answers];
  const started: Asked<'reconcile'>[] = [];
  const polls: Asked<'progress'>[] = [];
  const said: string[] = [];
  const operator: Pick<Operator, 'ask'> = {
    async ask<Request extends OperatorRequest>(request: Request) {
      type Result = ResultOf<Request['command']>;
      if (request.command === 'reconcile') {
        started.push(request);
        return { askedAt: new Date(now).toISOString() } as Result;
      }
      if (request.command !== 'progress') throw new Error(`unprepared: ${request.command}`);
      polls.push(request);
      return answer((left.length > 1 ? left.shift() : left[0]) ?? {}) as Result;
    },
  };
  const { session } = openTestSession();
  const waiting: Session = {
    ...session,
    operator: { ...session.operator, ...operator },
    terminal: { ...session.terminal, err: (text) => void said.push(text.trimEnd()), watched },
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const result = waitForReconcile(waiting, { verifyAll: false, timeoutMs: 900_000, ...options }).catch(
    (error: unknown) => error,
  );
  return result.then((settled) => ({ settled, started, polls, said, lasted: now - T0 }));
}

describe('waiting for a reconcile', () => {
  it('comes back when two answers in a row say that nothing is left', async () => {
    const { settled, polls, started } = await wait([{}, DONE, { reconcile: ENDED }, DONE, DONE]);
    expect(settled).toMatchObject({ askedAt: new Date(T0).toISOString(), waitingPlan: null, flapping: 0 });
    expect(polls).toHaveLength(5);
    expect(started).toEqual([{ command: 'reconcile', verifyAll: false }]);
  });

  it('asks for all to be verified, and keeps to when the reconcile was first seen to have ended', async () => {
    const later = { ...ENDED, endedAt: '2026-11-20T12:15:00.000Z' };
    const { polls, started } = await wait([{}, { reconcile: ENDED }, { reconcile: later }, DONE], { verifyAll: true });
    expect(started).toEqual([{ command: 'reconcile', verifyAll: true }]);
    expect(polls.map(({ endedAt }) => endedAt)).toEqual([null, null, ENDED.endedAt, ENDED.endedAt, ENDED.endedAt]);
    expect(polls.every(({ verifyAll, askedAt }) => verifyAll && askedAt === new Date(T0).toISOString())).toBe(true);
  });

  it('comes back with what it found: drifted and rejected ones, and a plan that waits', async () => {
    const waitingPlan = {
      id: 'feedc0de',
      revocations: 6,
      tracked: 6,
      since: '2026-11-20T12:00:00.000Z',
      confirmed: false,
    };
    const permissions = { ...answer({}).permissions, drifted: 2, rejected: 1 };
    const { settled } = await wait([{ ...DONE, waitingPlan, permissions, flapping: 1 }]);
    expect(settled).toMatchObject({ waitingPlan, permissions, flapping: 1 });
  });

  it('fails when the reconcile failed, after everything else is done', async () => {
    const error = 'Sources that could not be swept: research. The log line of each says why.';
    const failed = { ...ENDED, error };
    const { settled, polls } = await wait([{ reconcile: failed }, { ...DONE, reconcile: failed }]);
    expect(settled).toMatchObject({ name: 'ReconcileError', message: `The reconcile failed: ${error}` });
    expect(polls).toHaveLength(3);
  });

  it('gives up when its time is over, and says what is left', async () => {
    const due = { ...answer({}).due, create: { now: 2, oldestAt: null, later: 0, nextAt: null } };
    const { settled, lasted } = await wait(
      [{ reconcile: ENDED, underWay: { pending: 3, unknown: 1, revoking: 0, rejected: 0 }, due, toVerify: 4 }],
      { timeoutMs: 90_000 },
    );
    expect(settled).toMatchObject({
      name: 'NotDoneError',
      message: 'Not done within 1 min 30 s; left: 3 pending; 1 unknown; 4 to verify; due now: 2 create.',
    });
    expect(lasted).toBe(90_000);
  });

  it('looks once even if it has no time at all', async () => {
    const { settled, polls } = await wait([{}], { timeoutMs: 0 });
    expect(settled).toMatchObject({ message: 'Not done within 0 s; left: the reconcile itself.' });
    expect(polls).toHaveLength(1);
  });
});

describe('a history that one reconcile does not get through', () => {
  const source = { alias: 'research', swept: false, backfillJobs: 2_000, toObserve: 0, error: null };

  it('takes another one as soon as observe is through with the jobs so far', async () => {
    const { started, polls } = await wait(
      [{ reconcile: ENDED, sources: [{ ...source, toObserve: 5 }] }, { reconcile: ENDED, sources: [source] }, DONE],
      { verifyAll: true },
    );
    expect(started.map(({ verifyAll }) => verifyAll)).toEqual([true, false]);
    expect(polls.at(-1)).toMatchObject({ verifyAll: false, askedAt: '2026-11-20T12:00:00.500Z' });
  });

  it.each<[string, Partial<Progress>]>([
    ['the reconcile runs', { sources: [source] }],
    ['the source fails', { reconcile: ENDED, sources: [{ ...source, error: 'no key' }] }],
    ['the reconcile failed', { reconcile: { ...ENDED, error: 'no' }, sources: [source] }],
  ])('takes none while %s', async (_, progress) => {
    const { started } = await wait([progress], { timeoutMs: 20_000 });
    expect(started).toHaveLength(1);
  });
});

describe('a full pass that one reconcile does not get through', () => {
  const underWay = {
    startedAt: '2026-11-20T12:00:00.000Z',
    part: 'checkpoints' as const,
    jobs: 50_000,
    checkpoints: 20_000,
    ofCheckpoints: 100_000,
  };
  const fullPass = { at: null, nextAt: null, underWay };

  it('takes another one, until it is at its end', async () => {
    const over = { ...fullPass, underWay: null };
    const { started } = await wait([
      { fullPass },
      { reconcile: ENDED, fullPass },
      { fullPass },
      { reconcile: ENDED, fullPass },
      { ...DONE, fullPass: over },
    ]);
    expect(started).toHaveLength(3);
  });

  it.each<[NonNullable<FullPassStatus['underWay']>['part'], string]>([
    ['jobs', 'a full pass, 50000 jobs so far'],
    ['checkpoints', 'a full pass, 20000 of 100000 checkpoints so far'],
    ['revocations', 'a full pass, at what is to be revoked'],
  ])('is told with how far it has come: %s', async (part, told) => {
    const { said } = await wait([{ fullPass: { ...fullPass, underWay: { ...underWay, part } } }, DONE]);
    expect(said[0]).toBe(`reconcile running; left: the reconcile itself; ${told}`);
  });
});

describe('the progress of a reconcile', () => {
  const running = {
    sources: [
      { alias: 'research', swept: false, backfillJobs: 300, toObserve: 12, error: null },
      { alias: 'lab', swept: true, backfillJobs: null, toObserve: 0, error: null },
    ],
    due: { ...answer({}).due, list: { now: 7, oldestAt: null, later: 0, nextAt: null } },
    nextCallAt: '2026-11-20T12:00:12.000Z',
    auditDue: true,
  };

  it('is told in a line, and again only when it is another one', async () => {
    const { said } = await wait([running, running, {}, DONE]);
    expect(said).toEqual([
      'reconcile running, 1 of 2 sources swept; left: the reconcile itself; research: 300 jobs seen so far, 12 jobs to observe; the audit log; due now: 7 list; next slot in 12 s',
      'reconcile running; left: the reconcile itself',
      'reconcile ended; left: nothing',
    ]);
  });

  it('is told to a file every 15 seconds at most', async () => {
    expect((await wait([running, {}, DONE], {}, false)).said).toEqual([]);
    const changing = Array.from({ length: 20 }, (_, toVerify) => ({ toVerify }));
    const { said } = await wait([...changing, DONE], {}, false);
    expect(said).toHaveLength(2);
  });
});
