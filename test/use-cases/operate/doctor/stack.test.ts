import { describe, expect, it } from 'vitest';
import { newSweep } from '../../../../lambdas/core/model/sweep.ts';
import { restEndpoint } from '../../../../lambdas/core/pacing/rests.ts';
import { changeState } from '../../../../lambdas/use-cases/change.ts';
import type { OperateDeps } from '../../../../lambdas/use-cases/operate/deps.ts';
import { judgeClock, judgePolicy } from '../../../../lambdas/use-cases/operate/doctor/installation.ts';
import { judgeKeys } from '../../../../lambdas/use-cases/operate/doctor/judge-work.ts';
import { aPolicy, aRule } from '../../../core/policy/builders.ts';
import { aPermission, aRecord, aWant, ledgerWith, NOW, operatorDeps } from '../ask.ts';
import { examine, wellLedger } from './examine.ts';

const MINUTE_MS = 60_000;

/** The findings of one check of a stack in which all else is well. */
const look = async (check: string, parts: Partial<OperateDeps> = {}) =>
  examine({ ledger: await wellLedger(), ...parts }, check);

describe('the clocks', () => {
  it.each([
    [-1_500, 'good'],
    [2_500, 'notice'],
    [-59_000, 'notice'],
    [61_000, 'bad'],
    [-3_600_000, 'bad'],
  ])('that are %i ms apart are %s', (skewMs, state) => {
    expect(judgeClock(skewMs)).toMatchObject({ state, mend: state === 'good' ? null : expect.any(String) });
  });
});

describe('the pacer', () => {
  it('is told when OpenAI throttles, and why an endpoint rests', async () => {
    const deps = operatorDeps({ ledger: await wellLedger() });
    for (let call = 0; call < 4; call++) await deps.pacer.start('checkpoint-permissions.create', 'fresh');
    await deps.pacer.throttled('checkpoint-permissions.create', 30);
    const refusal = { kind: 'account-refused', reason: 'The quota is used up', keyMark: null } as const;
    await changeState(deps.ledger, 'rests', (rests) => restEndpoint(rests, 'audit', refusal, NOW));
    const findings = await examine(deps, 'pacer');
    expect(findings.map(({ state, message }) => `${state}: ${message}`)).toEqual([
      'notice: No call to checkpoint-permissions.create goes before 2026-11-20T12:00:30.000Z: OpenAI answered 429.',
      'notice: OpenAI throttles checkpoint-permissions.create: 3 calls in 60 s go instead of 6.',
      'notice: No call to audit-logs.list goes before 2026-11-20T12:02:00.000Z: The quota is used up.',
    ]);
    expect(findings.map(({ mend }) => mend?.includes('#openai-refuses'))).toEqual([false, false, true]);
  });
});

describe('the policy', () => {
  it('that does nothing is worth a word for each reason', () => {
    const targets = aPolicy().projects.slice(1);
    const own = aRule({ name: 'to itself', to: ['proj_RESEARCH'] });
    expect(judgePolicy(aPolicy([], { projects: targets })).map(({ message }) => message)).toEqual([
      'The policy has no source: no jobs are watched.',
      'The policy has neither rules nor permissions: nothing is shared.',
    ]);
    expect(judgePolicy(aPolicy([aRule(), own])).map(({ message }) => message)).toEqual([
      'The rule "to itself" shares with nobody: its only targets own the checkpoints themselves.',
    ]);
    expect(judgePolicy(aPolicy([], { permissions: [{ checkpoint: 'ft:x', to: ['proj_EU'] }] }))).toMatchObject([
      { state: 'good' },
    ]);
  });
});

describe('the queues', () => {
  const queues = (observe: number | null, deadLetters: number | null): Partial<OperateDeps> => {
    const depth = (waiting: number | null) => async () => {
      if (waiting === null) throw new Error('AccessDenied');
      return { waiting, inFlight: 0 };
    };
    return { queues: { observe: depth(observe), deadLetters: depth(deadLetters) } };
  };

  it('are bad with dead letters in them, and the way back is named', async () => {
    expect(await look('dead-letters', queues(0, 2))).toMatchObject([
      {
        state: 'bad',
        message: expect.stringContaining('2 jobs could not be observed'),
        mend: expect.stringMatching(/docs\/runbook\.md#dead-letters.*"ckpt redrive"/),
      },
    ]);
  });

  it('are worth a word when jobs wait', async () => {
    expect(await look('queue', queues(3, 0))).toMatchObject([
      {
        state: 'notice',
        message: expect.stringContaining('wait to be observed: 3 '),
        mend: expect.stringContaining('#queue-age'),
      },
    ]);
  });

  it('are worth a word when they cannot be asked', async () => {
    expect(await look('queue', queues(null, null))).toMatchObject([{ state: 'notice' }]);
    expect(await look('dead-letters', queues(null, null))).toMatchObject([{ state: 'notice' }]);
  });
});

describe('reconcile', () => {
  const after = async (state: { startedAt: number; endedAt: number | null; error: string | null }) => {
    const ledger = await wellLedger();
    await changeState(ledger, 'reconcile', (before) => ({ ...before, ...state }));
    return (await examine({ ledger }, 'reconcile'))[0];
  };

  it.each([
    ['failed', { startedAt: NOW - MINUTE_MS, endedAt: NOW, error: 'Sources: lab' }, 'bad', /failed: Sources: lab\./],
    ['is long ago', { startedAt: NOW - 36 * MINUTE_MS, endedAt: NOW, error: null }, 'bad', /every 15 minutes/],
    ['was cut off', { startedAt: NOW - 16 * MINUTE_MS, endedAt: null, error: null }, 'bad', /never came to its end/],
    ['runs', { startedAt: NOW - MINUTE_MS, endedAt: null, error: null }, 'good', /has been running/],
    ['was late once', { startedAt: NOW - 34 * MINUTE_MS, endedAt: NOW, error: null }, 'good', /ended well/],
  ])('that %s is told', async (_, state, expected, message) => {
    expect(await after(state)).toMatchObject({ state: expected, message: expect.stringMatching(message) });
  });

  it('that has not run yet is no fault', async () => {
    const ledger = await ledgerWith();
    expect(await examine({ ledger }, 'reconcile')).toMatchObject([{ state: 'notice' }]);
    expect(await examine({ ledger }, 'sweep')).toMatchObject([{ state: 'notice' }]);
  });

  it('tells of each source whether its jobs could be listed', async () => {
    const ledger = await ledgerWith();
    await ledger.saveSweep({ ...newSweep('research'), error: 'Incorrect API key provided' });
    expect(await examine({ ledger }, 'sweep')).toMatchObject([
      { check: 'sweep research', state: 'bad', message: expect.stringContaining('Incorrect API key provided.') },
    ]);
  });

  it('tells how far the first listing of a long history has come', async () => {
    const ledger = await ledgerWith();
    await ledger.saveSweep({ ...newSweep('research'), walk: { after: 'ftjob-9', newest: NOW, jobs: 300 } });
    expect(await examine({ ledger }, 'sweep')).toMatchObject([
      { state: 'good', message: 'The jobs of research are being listed, 300 so far.' },
    ]);
  });
});

describe('what waits for a person', () => {
  it('is a plan', async () => {
    const ledger = await wellLedger();
    const waiting = { id: 'feedc0de', revocations: 6, tracked: 7, since: NOW };
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, ...waiting }));
    expect(await examine({ ledger }, 'plan')).toMatchObject([
      { state: 'notice', mend: expect.stringContaining('ckpt apply --confirm feedc0de') },
    ]);
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, confirmedId: 'feedc0de' }));
    expect(await examine({ ledger }, 'plan')).toMatchObject([{ message: expect.stringContaining('was confirmed') }]);
  });

  it('is a pause, by whom, and why', async () => {
    const ledger = await wellLedger();
    const word = { at: NOW, by: 'arn:aws:iam::1:user/jo', why: 'moving house' };
    const quiet = { at: NOW, by: null, why: null };
    await changeState(ledger, 'pause', (state) => ({
      ...state,
      all: word,
      rules: { 'to production': quiet },
      sources: { research: quiet },
    }));
    const findings = await examine({ ledger }, 'pause');
    expect(findings.map(({ message }) => message)).toEqual([
      'Everything is paused since 2026-11-20T12:00:00.000Z by arn:aws:iam::1:user/jo, because "moving house".',
      'The rule "to production" is paused since 2026-11-20T12:00:00.000Z.',
      'The source research is paused since 2026-11-20T12:00:00.000Z.',
    ]);
    expect(findings.every(({ state, mend }) => state === 'notice' && mend?.includes('ckpt resume'))).toBe(true);
  });

  it('is drift, flapping, and what OpenAI refuses', async () => {
    const ledger = await ledgerWith(
      aRecord([
        aPermission('proj_A', 'drifted', { want: aWant('proj_A'), repairs: [NOW, NOW, NOW] }),
        aPermission('proj_B', 'drifted', { want: aWant('proj_B') }),
        aPermission('proj_C', 'rejected', { want: aWant('proj_C') }),
      ]),
    );
    await ledger.refuseProject({ projectId: 'proj_EU', reason: 'Project is archived', retryAt: NOW });
    expect((await examine({ ledger }, 'permissions')).map(({ message }) => message)).toEqual([
      'Permissions that are gone at OpenAI and left so (drifted): 2.',
      'Of these, taken away again and again (flapping) and repaired no more: 1.',
      'Permissions that OpenAI refuses (rejected): 1.',
    ]);
    expect(await examine({ ledger }, 'refused-projects')).toMatchObject([
      { state: 'notice', message: 'OpenAI refuses prod-eu (proj_EU): Project is archived.' },
    ]);
  });

  it.each([
    ['2026-12-31', 0],
    ['2026-12-19', 1],
    ['2026-11-19', 1],
  ])('is a shutdown on %s: %i findings', async (date, notices) => {
    const ledger = await ledgerWith(
      aRecord([aPermission('proj_EU', 'active', { permissionId: 'cp_1', sharedAt: NOW, want: aWant('proj_EU') })]),
    );
    const policy = aPolicy(undefined, { shutdowns: [{ baseModel: 'gpt-4o-mini*', date }] });
    const findings = await examine({ ledger, policy }, 'shutdowns');
    expect(findings.filter(({ state }) => state === 'notice')).toHaveLength(notices);
    expect(findings).toHaveLength(1);
  });
});

describe('the keys', () => {
  const keys = { concerns: [], problems: [], lookedAt: '2026-11-20T12:00:00.000Z' };
  const concern = { signal: 'key-expiring', subject: 'key_1', message: 'The admin key ends soon.' } as const;

  it('are told of one by one, with the article of each', () => {
    expect(judgeKeys({ keys: { ...keys, concerns: [concern], problems: ['It may not do this.'] } })).toMatchObject([
      { state: 'bad', message: concern.message, mend: 'docs/runbook.md#key-expiring says what to do.' },
      { state: 'notice', message: expect.stringContaining('It may not do this.') },
    ]);
  });

  it.each([keys, { ...keys, lookedAt: null }])(
    'are well where nothing is of concern, or nobody has looked yet',
    (well) => {
      expect(judgeKeys({ keys: well })).toMatchObject([{ state: 'good' }]);
    },
  );
});
