import { describe, expect, it } from 'vitest';
import { PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import { policyDigest } from '../../../lambdas/core/policy/policy.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { aJobRecord, aPermission, aRecord, ask, inPagesOf, type Logged, ledgerWith, NOW, operatorDeps } from './ask.ts';

const status = { command: 'status' } as const;
const at = (ms: number) => new Date(NOW + ms).toISOString();

describe('status', () => {
  it('of an empty ledger has every part, and nothing in it', async () => {
    const idle = {
      limit: 6,
      configuredLimit: 6,
      windowSeconds: 60,
      callsInWindow: 0,
      callsAt: [],
      nextCallAt: at(0),
      holdReason: null,
    };
    const nothing = { now: 0, oldestAt: null, later: 0, nextAt: null };
    expect(await ask(operatorDeps(), status)).toEqual({
      at: '2026-11-20T12:00:00.000Z',
      policyDigest: policyDigest(aPolicy()),
      sources: [
        {
          alias: 'research',
          projectId: 'proj_RESEARCH',
          lastWebhookAt: null,
          lastJobId: null,
          lastJobAt: null,
          lastUnknownJob: null,
          webhookEndpoint: null,
          jobs: 0,
          sweep: null,
        },
      ],
      permissions: Object.fromEntries(PERMISSION_STATES.map((state) => [state, 0])),
      checkpoints: 0,
      countedAt: null,
      flapping: 0,
      due: { create: nothing, list: nothing, delete: nothing },
      pacer: [
        'checkpoint-permissions.create',
        'checkpoint-permissions.list',
        'checkpoint-permissions.delete',
        'audit-logs.list',
        'projects.model-permissions',
        'projects.get',
      ].map((endpoint) => ({ endpoint, ...idle })),
      queue: { waiting: 0, inFlight: 0 },
      deadLetters: { waiting: 0, inFlight: 0 },
      jobs: { known: 0, notEnded: 0, withNotes: 0, notes: [] },
      refusedProjects: [],
      reconcile: { startedAt: null, endedAt: null, error: null },
      fullPass: { at: null, nextAt: null, underWay: null },
      verification: { checkpoints: 0, oldestAt: null, medianAt: null, fullPassSeconds: null },
      auditLog: {
        setting: 'auto',
        access: 'unknown',
        readAt: null,
        refusal: null,
        listsPerDay: 0,
        listsPerDayWithLog: 0,
      },
      shutdowns: [],
      waitingPlan: null,
      paused: { all: null, rules: [], sources: [] },
      unwritten: { count: 0, rows: [] },
      keys: { lookedAt: null, problems: [], concerns: [] },
      absent: null,
    });
  });

  it('counts permissions by state over all pages, doubled ones as they are listed', async () => {
    const ledger = await ledgerWith(
      aRecord([aPermission('proj_EU', 'active', { permissionId: 'cp_1', duplicateIds: ['cp_2'] })], {
        checkpoint: 'ft:a',
      }),
      aRecord([aPermission('proj_EU', 'active'), aPermission('proj_US', 'rejected')], { checkpoint: 'ft:b' }),
      aRecord([aPermission('proj_US', 'foreign')], { checkpoint: 'ft:c' }),
    );
    const found = await ask(operatorDeps({ ledger: inPagesOf(1, ledger) }), status);
    expect(found.checkpoints).toBe(3);
    expect(found.permissions).toMatchObject({ active: 3, rejected: 1, foreign: 1, pending: 0 });
  });

  it('says what is due in each lane, since when, and what will be', async () => {
    const due = (checkpoint: string, state: 'pending' | 'unknown' | 'revoking', inMs: number) =>
      aRecord([aPermission('proj_EU', state, { notBefore: NOW + inMs })], { checkpoint });
    const ledger = await ledgerWith(
      due('ft:a', 'pending', -5000),
      due('ft:b', 'pending', 0),
      due('ft:c', 'pending', 1),
      due('ft:d', 'unknown', 30_000),
      due('ft:e', 'unknown', 60_000),
      due('ft:f', 'revoking', -1),
      aRecord([aPermission('proj_EU', 'active')], { checkpoint: 'ft:g' }),
    );
    const found = await ask(operatorDeps({ ledger }), status);
    expect(found.due).toEqual({
      create: { now: 2, oldestAt: at(-5000), later: 1, nextAt: at(1) },
      list: { now: 0, oldestAt: null, later: 2, nextAt: at(30_000) },
      delete: { now: 1, oldestAt: at(-1), later: 0, nextAt: null },
    });
  });

  it('counts jobs, and shows the last observed of those that have something to say', async () => {
    const ledger = createInMemoryLedger();
    for (let i = 0; i < 30; i++) {
      await ledger.saveJob(aJobRecord({ jobId: `ftjob-${i}`, note: `note ${i}`, observedAt: NOW - 1000 * i }));
    }
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-quiet', source: 'lab', status: 'running' }));
    const { jobs, sources } = await ask(operatorDeps({ ledger }), status);
    expect(jobs).toMatchObject({ known: 31, notEnded: 1, withNotes: 30 });
    expect(jobs.notes.map(({ note }) => note)).toEqual(Array.from({ length: 20 }, (_, i) => `note ${i}`));
    expect(jobs.notes[1]).toEqual({
      jobId: 'ftjob-1',
      source: 'research',
      status: 'succeeded',
      note: 'note 1',
      observedAt: at(-1000),
    });
    expect(sources.map(({ alias, jobs: count }) => [alias, count])).toEqual([
      ['research', 30],
      ['lab', 1],
    ]);
  });

  it('keeps the last observed notes of a long history', async () => {
    const ledger = createInMemoryLedger();
    for (let i = 0; i < 1100; i++) {
      const observedAt = NOW - 1000 * ((i * 7) % 1100);
      await ledger.saveJob(aJobRecord({ jobId: `ftjob-${i}`, note: `${observedAt}`, observedAt }));
    }
    const { jobs } = await ask(operatorDeps({ ledger }), status);
    expect(jobs.withNotes).toBe(1100);
    expect(jobs.notes.map(({ note }) => Number(note))).toEqual(Array.from({ length: 20 }, (_, i) => NOW - 1000 * i));
  });

  it('shows each source with what came of it, also one that the policy has no more', async () => {
    const ledger = createInMemoryLedger();
    await ledger.touchSource('former', { lastWebhookAt: NOW - 9000 });
    await ledger.touchSource('research', { lastWebhookAt: NOW - 3000, lastJobId: 'ftjob-1', lastJobAt: NOW - 2000 });
    const { sources } = await ask(operatorDeps({ ledger }), status);
    expect(sources).toEqual([
      {
        alias: 'research',
        projectId: 'proj_RESEARCH',
        lastWebhookAt: at(-3000),
        lastJobId: 'ftjob-1',
        lastJobAt: at(-2000),
        lastUnknownJob: null,
        webhookEndpoint: null,
        jobs: 0,
        sweep: null,
      },
      {
        alias: 'former',
        projectId: null,
        lastWebhookAt: at(-9000),
        lastJobId: null,
        lastJobAt: null,
        lastUnknownJob: null,
        webhookEndpoint: null,
        jobs: 0,
        sweep: null,
      },
    ]);
  });

  it('names the projects that OpenAI refuses', async () => {
    const ledger = createInMemoryLedger();
    await ledger.refuseProject({ projectId: 'proj_US', reason: 'archived', retryAt: NOW + 1000 });
    await ledger.refuseProject({ projectId: 'proj_X', reason: 'unknown', retryAt: NOW });
    const { refusedProjects } = await ask(operatorDeps({ ledger }), status);
    expect(refusedProjects).toEqual([
      { projectId: 'proj_US', project: 'prod-us', reason: 'archived', retryAt: at(1000) },
      { projectId: 'proj_X', project: null, reason: 'unknown', retryAt: at(0) },
    ]);
  });

  it('answers without the depth of a queue that cannot be asked, and says so in the log', async () => {
    const logged: Logged[] = [];
    const error = new Error('AccessDenied');
    const queues = {
      observe: async () => ({ waiting: 3, inFlight: 1 }),
      deadLetters: () => Promise.reject(error),
    };
    const found = await ask(operatorDeps({ queues }, logged), status);
    expect(found.queue).toEqual({ waiting: 3, inFlight: 1 });
    expect(found.deadLetters).toBeNull();
    expect(logged).toEqual([{ message: expect.any(String), fields: { queue: 'deadLetters', error } }]);
  });
});
