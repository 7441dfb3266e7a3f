import { describe, expect, it } from 'vitest';
import { showKeys } from '../../../bin/ckpt/system/status-care-text.ts';
import { REPAIRS_A_DAY } from '../../../lambdas/core/checkpoint/flapping.ts';
import { newSweep } from '../../../lambdas/core/model/sweep.ts';
import type { AuditState } from '../../../lambdas/core/model/system-state.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { Status } from '../../../lambdas/shared/contract/status.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { aJobRecord, aPermission, aRecord, ask, ledgerWith, NOW, operatorDeps } from './ask.ts';

const at = (ms: number) => new Date(NOW + ms).toISOString();
const HOUR = 3_600_000;
const status = (parts: Partial<OperateDeps>) => ask(operatorDeps(parts), { command: 'status' });

describe('status, of the sweeps', () => {
  it('says how far each has come, and why it failed', async () => {
    const ledger = createInMemoryLedger();
    await ledger.saveSweep({
      ...newSweep('research'),
      walk: { after: 'ftjob-200', newest: NOW, jobs: 200 },
      open: ['ftjob-1', 'ftjob-2'],
      handedOn: ['ftjob-1'],
      odd: [{ id: null, problem: 'another form than documented, at its root' }],
      sweptAt: NOW - HOUR,
      error: 'Incorrect API key provided.',
    });
    const [research] = (await status({ ledger })).sources;
    expect(research?.sweep).toEqual({
      sweptAt: at(-HOUR),
      backfill: { jobs: 200 },
      openJobs: 2,
      oddJobs: [{ jobId: null, problem: 'another form than documented, at its root' }],
      error: 'Incorrect API key provided.',
    });
  });
});

describe('status, of a job that OpenAI does not have', () => {
  const unknown = { lastUnknownJobId: 'ftjob_abc123', lastUnknownJobAt: NOW - HOUR };
  const told = async (ledger: Ledger) => (await status({ ledger })).sources[0]?.lastUnknownJob;

  it('names it, and when that was found', async () => {
    const ledger = createInMemoryLedger();
    await ledger.touchSource('research', unknown);
    expect(await told(ledger)).toEqual({ jobId: 'ftjob_abc123', at: at(-HOUR) });
  });

  it('names it no more when it has come after all, to this very source', async () => {
    const ledger = createInMemoryLedger();
    await ledger.touchSource('research', unknown);
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob_abc123', source: 'lab' }));
    expect(await told(ledger)).not.toBeNull();
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob_abc123', version: 1 }));
    expect(await told(ledger)).toBeNull();
  });
});

describe('status, of the reconcile', () => {
  it('says when the last one started, ended, and what failed', async () => {
    const ledger = createInMemoryLedger();
    await changeState(ledger, 'reconcile', (state) => ({ ...state, startedAt: NOW - HOUR }));
    expect((await status({ ledger })).reconcile).toEqual({ startedAt: at(-HOUR), endedAt: null, error: null });
    await changeState(ledger, 'reconcile', (state) => ({ ...state, endedAt: NOW, error: 'no' }));
    expect((await status({ ledger })).reconcile).toEqual({ startedAt: at(-HOUR), endedAt: at(0), error: 'no' });
    await changeState(ledger, 'reconcile', (state) => ({ ...state, begunAt: NOW - 1 }));
    expect((await status({ ledger })).reconcile).toEqual({ startedAt: at(-1), endedAt: null, error: 'no' });
    await changeState(ledger, 'reconcile', (state) => ({ ...state, begunAt: NOW - HOUR }));
    expect((await status({ ledger })).reconcile).toMatchObject({ startedAt: at(-HOUR), endedAt: at(0) });
  });

  it('names the plan that waits, how much it revokes, and since when', async () => {
    const ledger = createInMemoryLedger();
    const waiting = { id: 'feedc0de', revocations: 14, tracked: 20, since: NOW - HOUR };
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, ...waiting, confirmedId: 'another' }));
    expect((await status({ ledger })).waitingPlan).toEqual({ ...waiting, since: at(-HOUR), confirmed: false });
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, confirmedId: 'feedc0de' }));
    expect((await status({ ledger })).waitingPlan?.confirmed).toBe(true);
  });
});

/** Checkpoints that OpenAI last showed so many hours ago, by a list, or by granting them. */
function seen(...hours: readonly number[]) {
  const records = hours.map((ago, index) => {
    const sharedAt = NOW - ago * HOUR;
    const permissions = [aPermission('proj_EU', 'active', { permissionId: `cp_${index}`, sharedAt })];
    const listed = index % 2 === 0 ? { listedAt: sharedAt } : {};
    return aRecord(permissions, { checkpoint: `ft:gpt:org::${index}`, ...listed });
  });
  return ledgerWith(...records, aRecord([aPermission('proj_EU', 'pending')], { checkpoint: 'ft:new' }));
}

describe('status, of verification', () => {
  it('says how old the oldest and the median knowledge is, and how long a pass takes', async () => {
    const { verification } = await status({ ledger: await seen(5, 1, 40, 2) });
    expect(verification).toEqual({
      checkpoints: 4,
      oldestAt: at(-40 * HOUR),
      medianAt: at(-5 * HOUR),
      fullPassSeconds: 120,
    });
  });

  it('counts a call for each page of a list, and no faster than the pacer lets it', async () => {
    const many = Array.from({ length: 150 }, (_, index) => aPermission(`proj_${index}`, 'active'));
    const policy = aPolicy(undefined, { reconcile: { everySeconds: 900, verifyPerMinute: 600, auditLog: 'auto' } });
    const { verification } = await status({ policy, ledger: await ledgerWith(aRecord(many)) });
    expect(verification.fullPassSeconds).toBe(30);
  });

  it('has no time for a pass where there is no budget', async () => {
    const policy = aPolicy(undefined, { reconcile: { everySeconds: 900, verifyPerMinute: 0, auditLog: 'auto' } });
    expect((await status({ policy, ledger: await seen(1) })).verification.fullPassSeconds).toBeNull();
  });

  it('counts what is flapping', async () => {
    const repairs = Array(REPAIRS_A_DAY).fill(NOW);
    const ledger = await ledgerWith(
      aRecord([aPermission('proj_EU', 'drifted', { repairs }), aPermission('proj_US', 'drifted')]),
    );
    expect(await status({ ledger })).toMatchObject({ flapping: 1, permissions: { drifted: 2 } });
  });
});

describe('status, of the audit log', () => {
  it.each<['auto' | 'off' | 'required', AuditState['access'], number]>([
    ['auto', 'on', 3],
    ['auto', 'unknown', 3],
    ['auto', 'off', 3 * 96],
    ['required', 'off', 3 * 96],
    ['off', 'on', 3 * 96],
  ])('%s, and %s at OpenAI: verification takes %i LIST calls a day', async (auditLog, access, listsPerDay) => {
    const ledger = await seen(1, 2, 3);
    const refusal = access === 'off' ? 'Audit logging is not enabled.' : null;
    await changeState(ledger, 'audit', (state) => ({ ...state, access, refusal, readAt: NOW - 1000 }));
    const policy = aPolicy(undefined, { reconcile: { everySeconds: 900, verifyPerMinute: 2, auditLog } });
    expect((await status({ policy, ledger })).auditLog).toEqual({
      setting: auditLog,
      access,
      readAt: at(-1000),
      refusal,
      listsPerDay,
      listsPerDayWithLog: 3,
    });
  });
});

describe('status, of the keys', () => {
  it('says what is of concern, and when they were looked at', async () => {
    const ledger = createInMemoryLedger();
    expect((await status({ ledger })).keys).toEqual({ lookedAt: null, problems: [], concerns: [] });
    const key = {
      id: 'key_1',
      name: 'ci',
      projectId: null,
      inUse: true,
      createdAt: NOW,
      lastUsedAt: NOW,
      goneAt: null,
    };
    const looks = {
      admin: { at: NOW - HOUR, problem: null, keys: [{ ...key, expiresAt: NOW + HOUR }] },
      proj_RESEARCH: { at: NOW, problem: 'It may not do this.', keys: [] },
    };
    await changeState(ledger, 'keyWatch', (watch) => ({ ...watch, looks }));
    const told = (await status({ ledger })).keys;
    const message = `The admin key "ci" (key_1, in use) ends at ${at(HOUR)} (days left: 1).`;
    expect(told).toEqual({
      lookedAt: at(-HOUR),
      problems: ['It may not do this.'],
      concerns: [{ signal: 'key-expiring', subject: 'key_1', message }],
    });
    expect(showKeys({ keys: told } as unknown as Status, (_, text) => text)).toBe(
      `${message} See docs/runbook.md#key-expiring\nNot looked at: It may not do this.\n`,
    );
  });
});
