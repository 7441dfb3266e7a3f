import { describe, expect, it } from 'vitest';
import type { StatusDocument } from '../../bin/ckpt/system/status.ts';
import { showStatus } from '../../bin/ckpt/system/status-text.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import { withFailures } from '../../lambdas/core/model/aside.ts';
import { newSweep } from '../../lambdas/core/model/sweep.ts';
import { newWalk } from '../../lambdas/core/plan/full-pass.ts';
import { NOTHING_COUNTED } from '../../lambdas/core/plan/ledger-count.ts';
import { changeState } from '../../lambdas/use-cases/change.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../in-memory/pacer-store.ts';
import { aJobRecord, aPermission, aRecord, ledgerWith, NOW } from '../use-cases/operate/ask.ts';
import { runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

/** A stack in which there is something to see everywhere. */
async function busyStack() {
  const ledger = await ledgerWith(
    aRecord([
      aPermission('proj_EU', 'pending', { notBefore: NOW - 90_000 }),
      aPermission('proj_US', 'active', { permissionId: 'cp_1', sharedAt: NOW - 7_200_000 }),
    ]),
  );
  await ledger.touchSource('research', {
    lastWebhookAt: NOW - 180_000,
    lastJobId: 'ftjob-1',
    lastJobAt: NOW - 179_000,
  });
  await ledger.saveJob(aJobRecord({ note: 'no rule matches the job' }));
  await ledger.refuseProject({ projectId: 'proj_OLD', reason: 'archived', retryAt: NOW + 3_600_000 });
  const pacerStore = createInMemoryPacerStore();
  await pacerStore.save('checkpoint-permissions.create', {
    version: 0,
    starts: [NOW - 1000, NOW],
    learnedLimit: 2,
    learnedAt: NOW,
    heldUntil: NOW + 12_000,
    holdReason: 'OpenAI answered 429',
  });
  const queues = {
    observe: async () => ({ waiting: 4, inFlight: 1 }),
    deadLetters: () => Promise.reject(new Error('AccessDenied')),
  };
  return startStack({ ledger, pacerStore, queues });
}

describe('ckpt status', () => {
  it('prints for people what there is to see', async () => {
    await using stack = await busyStack();
    const { code, stdout, stderr } = await runCkpt(['status'], { url: stack.url });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/policy \w{12}\n/, 'policy DIGEST\n')).toMatchInlineSnapshot(`
      "CheckpointSharing in eu-west-1, 2026-11-20 12:00:00Z, policy DIGEST

      Sources
      SOURCE    PROJECT        JOBS  LAST WEBHOOK                      LAST JOB  OBSERVED
      research  proj_RESEARCH     1  2026-11-20 11:57:00Z (3 min ago)  ftjob-1   2026-11-20 11:57:01Z (2 min ago)

      Permissions
      1 pending, 1 active; checkpoints: 1

      Reconcile
      never

      Verification
      checkpoints: 1; last seen at OpenAI: oldest 2026-11-20 10:00:00Z (2 h ago), median 2026-11-20 10:00:00Z (2 h ago)
      a full pass takes 30 s within the budget

      Audit log
      not read yet
      Verification takes up to 1 LIST calls a day

      Shutdowns ahead
      MODEL                   DATE        DAYS  CHECKPOINTS  PERMISSIONS  PROJECTS  KNOWN FROM
      gpt-4o-mini-2024-07-18  2027-01-14    55            1            1         1  table

      Admin calls
      CALL    DUE  OLDEST DUE                        LATER   LIMIT  CALLS NOW  NEXT CALL  HELD
      create    1  2026-11-20 11:58:30Z (1 min ago)      0  2 of 6          2  in 12 s    OpenAI answered 429
      list      0  -                                     0       6          0  now        -
      delete    0  -                                     0       6          0  now        -

      Queue
      4 waiting, 1 in flight; dead letters: not known

      Refused projects
      PROJECT   NEXT TRY                       REASON
      proj_OLD  2026-11-20 13:00:00Z (in 1 h)  archived

      Jobs with a note: 1 of 1
      JOB      SOURCE    STATUS     OBSERVED                    NOTE
      ftjob-1  research  succeeded  2026-11-20 12:00:00Z (now)  no rule matches the job
      "
    `);
  });

  it('with --json prints one document, with the stack and the region that it is of', async () => {
    await using stack = await busyStack();
    const { code, stdout } = await runCkpt(['--json', 'status'], { url: stack.url });
    expect(code).toBe(0);
    const document: StatusDocument = JSON.parse(stdout);
    expect(document).toMatchObject({
      stack: 'CheckpointSharing',
      region: 'eu-west-1',
      at: '2026-11-20T12:00:00.000Z',
      permissions: { pending: 1, active: 1, revoked: 0 },
      due: { create: { now: 1 } },
      queue: { waiting: 4, inFlight: 1 },
      deadLetters: null,
    });
  });

  it('names the rows that cannot be written, by whom, why and until when', async () => {
    const ledger = await ledgerWith();
    const unwritten = { count: 1, rows: [{ row: 'ft:a', reason: 'it would have 500000 bytes' }] };
    await changeState(ledger, 'reconcile', (state) => ({ ...state, startedAt: NOW - 60_000, unwritten }));
    const failed = { row: 'ft:b', reason: 'DynamoDB was too busy', passing: true };
    await changeState(ledger, 'aside', (aside) => withFailures(aside, [failed], new Set(), NOW));
    await using stack = await startStack({ ledger });
    const { stdout } = await runCkpt(['status'], { url: stack.url });
    const section = stdout.slice(stdout.indexOf('Rows that'), stdout.indexOf('Verification'));
    expect(section.trimEnd()).toMatchInlineSnapshot(`
      "Rows that cannot be written: 2
      ROW   BY         LAST TRY                          NEXT TRY                         REASON
      ft:a  reconcile  2026-11-20 11:59:00Z (1 min ago)  next reconcile                   it would have 500000 bytes
      ft:b  share      2026-11-20 12:00:00Z (now)        2026-11-20 12:01:00Z (in 1 min)  DynamoDB was too busy"
    `);
  });

  it('of a large ledger says since when it is counted, and how far a full pass has come', async () => {
    const ledger = createInMemoryLedger();
    await changeState(ledger, 'reconcile', (state) => ({ ...state, startedAt: NOW - 60_000, endedAt: NOW - 50_000 }));
    const at = NOW - 7_200_000;
    const permissions = { active: 1_000_000 };
    const counted = { ...NOTHING_COUNTED, tally: { checkpoints: 100_000, flapping: 0, permissions } };
    await changeState(ledger, 'count', (state) => ({ ...state, at, from: at, counted }));
    const walk = { ...newWalk('digest', NOW - 60_000, false), part: 'checkpoints' as const, checkpoints: 20_000 };
    await changeState(ledger, 'pass', (state) => ({ ...state, at, nextAt: NOW, checkpoints: 100_000, walk }));
    await using stack = await startStack({ ledger });
    const { stdout } = await runCkpt(['status'], { url: stack.url });
    expect(stdout.slice(stdout.indexOf('Permissions'), stdout.indexOf('Verification'))).toMatchInlineSnapshot(`
      "Permissions
      1000000 active; checkpoints: 100000
      counted 2026-11-20 10:00:00Z (2 h ago), with what has changed since

      Reconcile
      started 2026-11-20 11:59:00Z (1 min ago), ended 2026-11-20 11:59:10Z (50 s ago)
      last full pass 2026-11-20 10:00:00Z (2 h ago), next 2026-11-20 12:00:00Z (now)
      under way since 2026-11-20 11:59:00Z (1 min ago): a full pass, 20000 of 100000 checkpoints so far

      "
    `);
  });

  it('of a new stack has little to say', async () => {
    await using stack = await startStack({ ledger: createInMemoryLedger() });
    const { stdout } = await runCkpt(['status'], { url: stack.url });
    expect(stdout).toContain('Permissions\nnone\n');
    expect(stdout).not.toMatch(/Refused projects|null|undefined|NaN/);
  });

  it('has colours where they are shown', async () => {
    await using stack = await busyStack();
    const { stdout } = await runCkpt(['status', '--json'], { url: stack.url });
    const text = showStatus(JSON.parse(stdout), createPaint(true), 100);
    expect(text).toContain('\u001b[32m1 active\u001b[39m');
    expect(text).toContain('\u001b[31mOpenAI answered 429\u001b[39m');
  });

  it('names what needs a person, how far the sweeps are, and what the audit log costs that is not there', async () => {
    const ledger = await ledgerWith(
      aRecord([
        aPermission('proj_EU', 'drifted', { repairs: Array(3).fill(NOW) }),
        aPermission('proj_US', 'active', { permissionId: 'cp_1', sharedAt: NOW - 7_200_000 }),
      ]),
    );
    const walk = { after: 'ftjob-9', newest: NOW, jobs: 300 };
    const swept = { sweptAt: NOW - 60_000, walk, open: ['ftjob-1'], error: 'Incorrect API key provided.' };
    const problem = 'another form than documented, at model';
    const odd = ['ftjob-8', null].map((id) => ({ id, problem }));
    await ledger.saveSweep({ ...newSweep('research'), ...swept, odd });
    await ledger.touchSource('research', { lastUnknownJobId: 'ftjob_abc123', lastUnknownJobAt: NOW - 3_600_000 });
    const waiting = { id: 'feedc0de', revocations: 6, tracked: 7, since: NOW - 60_000 };
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, ...waiting }));
    await changeState(ledger, 'audit', (state) => ({ ...state, access: 'off' as const, refusal: 'Not enabled.' }));
    const times = { startedAt: NOW - 60_000, endedAt: NOW - 50_000 };
    await changeState(ledger, 'reconcile', (state) => ({ ...state, ...times, error: 'research could not be swept' }));
    await using stack = await startStack({ ledger });
    const { stdout } = await runCkpt(['status'], { url: stack.url });
    expect(
      stdout.slice(0, stdout.indexOf('Admin calls')).replace(/policy \w{12}\n/, 'policy DIGEST\n'),
    ).toMatchInlineSnapshot(`
      "CheckpointSharing in eu-west-1, 2026-11-20 12:00:00Z, policy DIGEST

      Waiting plan
      A plan waits for a person's word: revoking 6 of 7 tracked permissions. See "ckpt plan"; "ckpt apply --confirm feedc0de" lets it through.
      Since 2026-11-20 11:59:00Z (1 min ago)

      Sources
      SOURCE    PROJECT        JOBS  LAST WEBHOOK  SWEPT                             SWEEPING         OPEN  UNKNOWN JOB                                    UNREADABLE JOBS                                             ERROR
      research  proj_RESEARCH     0  never         2026-11-20 11:59:00Z (1 min ago)  300 jobs so far     1  ftjob_abc123 (2026-11-20 11:00:00Z (1 h ago))  ftjob-8 and 1 more: another form than documented, at model  Incorrect API key provided.

      Permissions
      1 active, 1 drifted; checkpoints: 1
      1 of the drifted are flapping, and left until somebody runs "ckpt repair"

      Reconcile
      started 2026-11-20 11:59:00Z (1 min ago), ended 2026-11-20 11:59:10Z (50 s ago); failed: research could not be swept

      Verification
      checkpoints: 1; last seen at OpenAI: oldest 2026-11-20 10:00:00Z (2 h ago), median 2026-11-20 10:00:00Z (2 h ago)
      a full pass takes 30 s within the budget

      Audit log
      off at OpenAI: Not enabled.
      Verification takes up to 96 LIST calls a day, instead of 1 with the audit log

      Shutdowns ahead
      MODEL                   DATE        DAYS  CHECKPOINTS  PERMISSIONS  PROJECTS  KNOWN FROM
      gpt-4o-mini-2024-07-18  2027-01-14    55            1            2         2  table

      "
    `);
  });
});
