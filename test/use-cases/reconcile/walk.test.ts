import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentionError } from '../../../lambdas/core/errors.ts';
import { pagesOf } from '../../../lambdas/core/plan/full-pass.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { changeCheckpoint, readState } from '../../../lambdas/use-cases/change.ts';
import { reconcileLedger } from '../../../lambdas/use-cases/reconcile/reconcile-ledger.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aCheckpoint, aHold, aPermission, aWant, DAY, MINUTE } from '../../builders/checkpoints.ts';
import { aRule } from '../../core/policy/builders.ts';
import { Killed, Killer } from '../../support/crash.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createScene, inAnHour, type Scene, SILENT, TARGETS } from '../scene.ts';
import { shareJobs } from './share-jobs.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

const ALL = aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: [...TARGETS] });
const EU_ONLY = { ...ALL, to: ['proj_EU'] };
const NARROW = { rules: [EU_ONLY], prune: true };

async function pass(
  parts: Partial<Policy> = {},
  ledger: Ledger = scene.ledger,
  stopAt = inAnHour(scene),
  verifyAll = false,
): Promise<void> {
  const deps = {
    policy: { ...scene.policy, ...parts },
    ledger,
    ledgerOf: () => ledger,
    now: scene.time.now,
    log: SILENT,
  };
  await scene.time.busy(reconcileLedger({ ...deps, sizes: { atOnce: 0, page: 2 } }, verifyAll, stopAt));
}

/** Looks at one page, and has no time for more. */
async function step(parts: Partial<Policy> = {}): Promise<void> {
  const before = (await walk())?.step ?? 0;
  const saveState: Ledger['saveState'] = async (name, state, event) => {
    const saved = await scene.ledger.saveState(name, state, event);
    const { step = 0 } = (await walk()) ?? {};
    if (name === 'pass' && step !== before + (before === 0 ? 1 : 0)) scene.time.advance(MINUTE);
    return saved;
  };
  await pass(parts, { ...scene.ledger, saveState }, scene.time.now() + MINUTE);
}

const walk = async () => (await readState(scene.ledger, 'pass')).walk;
const waiting = () => readState(scene.ledger, 'waitingPlan');

const share = (jobs?: number) => shareJobs(scene, jobs);

async function states() {
  const counts: Record<string, number> = {};
  for (const { state } of await scene.recorded()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

describe('a full pass that goes page by page', () => {
  it('wants what is new, of every page, and of checkpoints that the ledger has not heard of', async () => {
    await share(5);
    const pin = { checkpoint: 'ft:gpt-4o:org::pinned', to: ['proj_EU'] };
    await pass({ rules: [{ ...ALL, to: [...TARGETS, 'proj_NEW'] }], permissions: [pin] });
    expect(await states()).toEqual({ active: 15, pending: 6 });
    expect(await readState(scene.ledger, 'pass')).toMatchObject({
      walk: null,
      checkpoints: 6,
      digest: expect.any(String),
    });
  });

  it('of more than is let through revokes nothing, under the id that the plan has, until that is confirmed', async () => {
    await share(5);
    await pass(NARROW);
    expect(await states()).toEqual({ active: 15 });
    const policy = { ...scene.policy, ...NARROW };
    const { guard } = await handsOn(scene).ask({ command: 'plan' }, { policy });
    expect(await waiting()).toMatchObject({ id: guard.id, revocations: 10, tracked: 15 });
    await handsOn(scene).ask({ command: 'confirm', id: guard.id ?? '' }, { policy });
    await pass(NARROW);
    expect(await states()).toEqual({ active: 5, revoking: 10 });
    expect(await waiting()).toMatchObject({ id: null, confirmedId: null, ended: { why: 'used-up' } });
  });

  it('counts what was let go of within a day, on every page', async () => {
    await share(20);
    const pinned = (await scene.ledger.listCheckpoints(null)).items.map(({ checkpoint }) => checkpoint);
    const letGo = async (count: number) => {
      const permissions = pinned.slice(count).map((checkpoint) => ({ checkpoint, to: ['proj_EU'] }));
      await pass({ rules: [aRule({ name: 'else', to: ['proj_US', 'proj_ASIA'] })], prune: true, permissions });
      return (await states()).revoking ?? 0;
    };
    expect(await letGo(0)).toBe(0);
    expect([await letGo(5), await letGo(9), await letGo(10)]).toEqual([5, 9, 9]);
    expect(await waiting()).toMatchObject({ revocations: 1 });
  });

  it('goes on where the time was up, and revokes only once all of it is counted', async () => {
    await share(6);
    // So few that the guard lets them through.
    const narrow = { rules: [ALL, aRule({ name: 'else' })], prune: true, permissions: [] };
    await pass(narrow);
    for (const record of (await scene.ledger.listCheckpoints(null)).items.slice(0, 3)) {
      const want = aWant('proj_EU', { origin: 'pinned', rule: null });
      const proj_OLD = aPermission('proj_OLD', 'active', { want: { ...want, projectId: 'proj_OLD' } });
      await scene.ledger.saveCheckpoint({ ...record, permissions: { ...record.permissions, proj_OLD } }, record);
    }
    const pins = { ...narrow, permissions: [{ checkpoint: 'ft:gpt-4o:org::other', to: ['proj_EU'] }] };
    const seen: (string | undefined)[] = [];
    for (let steps = 0; steps < 20; steps++) {
      await step(pins);
      const now = await walk();
      seen.push(now?.part);
      if (now !== null && now.part !== 'revocations') expect((await states()).revoking).toBeUndefined();
      if (now === null) break;
    }
    expect(new Set(seen)).toEqual(new Set(['jobs', 'checkpoints', 'revocations', undefined]));
    expect(await states()).toMatchObject({ revoking: 3 });
  });

  it('begins anew by another policy, which revokes nothing of what was counted by the first', async () => {
    await share(2);
    while ((await walk())?.part !== 'revocations') await step({ ...NARROW });
    expect(await walk()).toMatchObject({ verdict: { revoking: 'allowed' } });
    const begunAt = (await walk())?.begunAt;
    scene.time.advance(MINUTE);
    await step();
    expect(await walk()).not.toMatchObject({ begunAt });
    await pass();
    expect(await states()).toEqual({ active: 6 });
    expect(await walk()).toBeNull();
  });

  it('leaves the rest to whoever has gone on with it meanwhile', async () => {
    await share(6);
    let isFirst = true;
    const listCheckpoints: Ledger['listCheckpoints'] = async (...args) => {
      if (isFirst) {
        isFirst = false;
        await pass(NARROW);
      }
      return scene.ledger.listCheckpoints(...args);
    };
    await pass(NARROW, { ...scene.ledger, listCheckpoints });
    expect(await walk()).toBeNull();
    expect(await states()).toEqual({ active: 18 });
    expect(await waiting()).toMatchObject({ revocations: 12 });
  });

  it('learns whose checkpoint it is where a rule wants one that was known before its job', async () => {
    const [model = ''] = await share(2);
    const record = await scene.ledger.getCheckpoint(model);
    if (record === undefined) throw new Error('it was shared');
    await changeCheckpoint(scene.ledger, record, (current) => ({ ...current, source: null, jobId: null }));
    await pass({ prune: true });
    expect(await scene.ledger.getCheckpoint(model)).toMatchObject({ jobId: record.jobId, source: 'research' });
    expect(await states()).toEqual({ active: 6 });
  });

  it('has looked at again what expires while the page that has it is written', async () => {
    const [first = '', second = ''] = await share(2);
    const expiring = { rules: [{ ...ALL, to: ['proj_EU'], expireAfterDays: 1 }], prune: true };
    await pass(expiring);
    const other = { ...expiring, reconcile: { ...scene.policy.reconcile, verifyPerMinute: 0 } };
    scene.time.advance(DAY - 13 * MINUTE);
    const record = await scene.ledger.getCheckpoint(first);
    if (record === undefined) throw new Error('it was shared');
    await scene.ledger.saveCheckpoint({ ...record, permissions: {} }, record);
    const saveCheckpoint: Ledger['saveCheckpoint'] = async (...args) => {
      scene.time.advance(10 * MINUTE);
      return scene.ledger.saveCheckpoint(...args);
    };
    await pass(other, { ...scene.ledger, saveCheckpoint });
    expect((await scene.ledger.getCheckpoint(second))?.permissions.proj_EU).toMatchObject({ state: 'active' });
    scene.time.advance(15 * MINUTE);
    await pass(other);
    expect((await scene.ledger.getCheckpoint(second))?.permissions.proj_EU).toMatchObject({ state: 'revoking' });
  });

  it('goes on past a page of which no row is taken, and comes back to it; fails where none of all is', async () => {
    await share(6);
    const { items } = await scene.ledger.listCheckpoints(null);
    const busy = (count: number) => {
      for (const [index, { checkpoint }] of items.entries())
        scene.ledger.refuse(checkpoint, index < count ? new ContentionError('busy') : null);
    };
    const wider = { rules: [{ ...ALL, to: [...TARGETS, 'proj_NEW'] }] };
    busy(6);
    await expect(pass(wider)).rejects.toThrow('takes none of 6 rows');
    busy(2);
    await pass(wider);
    expect(await states()).toEqual({ active: 18, pending: 4 });
    expect((await readState(scene.ledger, 'reconcile')).unwritten).toMatchObject({ count: 2 });
    busy(0);
    await pass(wider);
    expect(await states()).toEqual({ active: 18, pending: 6 });
  });

  it('wants what is pinned, though a person has revoked something of the same checkpoint', async () => {
    const checkpoint = 'ft:gpt-4o:org::pinned';
    const pin = (...to: string[]) => ({ permissions: [{ checkpoint, to }] });
    const record = { ...aCheckpoint(aPermission('proj_EU', 'revoked', { want: null })), checkpoint };
    const held = { ...record, jobId: null, source: null, holds: { proj_EU: aHold('withheld') } };
    await scene.ledger.saveCheckpoint(held, held);
    await pass(pin('proj_EU', 'proj_US'));
    expect((await scene.ledger.getCheckpoint(checkpoint))?.permissions).toMatchObject({
      proj_EU: { state: 'revoked' },
      proj_US: { state: 'pending' },
    });
  });

  it('puts the stalest up for verification, within the budget', async () => {
    const models = await share(5);
    scene.time.advance(2 * DAY);
    const reconcile = { everySeconds: 60, verifyPerMinute: 2, auditLog: 'off' } as const;
    for (const [index, name] of models.entries()) {
      const record = await scene.ledger.getCheckpoint(name);
      const listedAt = scene.time.now() - (index === 3 || index === 4 ? 2 : 1) * DAY;
      if (record) await scene.ledger.saveCheckpoint({ ...record, listedAt }, record);
    }
    await pass({ reconcile });
    const { items } = await scene.ledger.listCheckpoints(null);
    const up = items.filter(({ verifyAt }) => verifyAt !== null).map(({ checkpoint }) => checkpoint);
    expect(new Set(up)).toEqual(new Set(models.slice(3)));
  });

  it('puts some up for verification in each invocation, in turn, so that none waits for its end', async () => {
    const models = await share(6);
    scene.time.advance(2 * DAY);
    const reconcile = { everySeconds: 60, verifyPerMinute: 2, auditLog: 'off' } as const;
    const seen: string[] = [];
    for (let count = 0; count < 3; count++) {
      await step({ reconcile });
      expect(await walk()).not.toBeNull();
      const { items } = await scene.ledger.listCheckpoints(null);
      seen.push(...items.filter(({ verifyAt }) => verifyAt !== null).map(({ checkpoint }) => checkpoint));
      await drain(scene.deps(), 'me', inAnHour(scene));
    }
    expect(seen.toSorted()).toEqual(models.toSorted());
  });
});

it('goes page by page for the sake of a thousand permissions a checkpoint, too', async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => aPermission(`proj_${index}`, 'orphaned', { want: null }));
  for (let count = 0; count < 35; count++) {
    const record = { ...aCheckpoint(...many), checkpoint: `ft:gpt-4o:org::${count}` };
    await scene.ledger.saveCheckpoint(record, record);
  }
  const { policy, ledger, time } = scene;
  const deps = { policy, ledger, ledgerOf: () => ledger, now: time.now, log: SILENT };
  const look = await time.busy(reconcileLedger(deps, false, inAnHour(scene)));
  expect(look).toMatchObject({ kind: 'page by page', walked: { checkpoints: 35 } });
});

describe('that a person has asked for, so that everything is verified', () => {
  const unseen = async () => {
    const { items } = await scene.ledger.listCheckpoints(null);
    return items.filter(({ verifyPriority }) => verifyPriority !== 'repair').length;
  };
  /** Asks for it, and has time only until the first checkpoints have been read. */
  async function ask(): Promise<void> {
    const getJobs: Ledger['getJobs'] = async (...args) => {
      scene.time.advance(2 * MINUTE);
      return scene.ledger.getJobs(...args);
    };
    await pass({}, { ...scene.ledger, getJobs }, scene.time.now() + MINUTE, true);
    expect(await walk()).toMatchObject({ part: 'checkpoints', verifyAll: true });
  }

  it('leaves out none that was read when the time was up', async () => {
    await share(5);
    await ask();
    await pass();
    expect(await unseen()).toBe(0);
  });

  it('does so by another policy, too', async () => {
    await share(5);
    await ask();
    await pass({ prune: true });
    expect(await unseen()).toBe(0);
  });
});

describe('killed between any two of its steps', () => {
  it.each(['before', 'after'] as const)('%s each: the next pass comes to the same end', async (moment) => {
    const narrow = { rules: [{ ...ALL, to: ['proj_EU', 'proj_US', 'proj_NEW'] }], prune: true };
    let struck = true;
    for (let at = 0; struck; at += 3) {
      await scene.close();
      scene = await createScene({ rules: { limit: 1_000 } });
      await share(3);
      const killer = new Killer(at, moment);
      await pass(narrow, killer.watch(scene.ledger)).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      struck = killer.struck;
      if (struck) await pass(narrow);
      expect(await walk()).toBeNull();
      expect(await states()).toEqual({ active: 6, pending: 3, revoking: 3 });
      expect(at).toBeLessThan(1_000);
    }
  });
});

it('what is to be revoked is put aside in rows that DynamoDB takes, in the order of the checkpoints', () => {
  const records = ['a', 'b', 'c'].map((name) => {
    const permissions = Array.from({ length: 900 }, (_, index) => aPermission(`proj_${index}`, 'active'));
    return { ...aCheckpoint(...permissions), checkpoint: name };
  });
  const changes = records.map((record) => ({
    record,
    actions: Object.keys(record.permissions).map(
      (projectId) => ({ kind: 'revoke', projectId, actual: null, reason: '' }) as const,
    ),
  }));
  const pages = pagesOf('before', { changes }, 0);
  expect(pages.map(({ after, revocations, pruned }) => [after, revocations.length, pruned])).toEqual([
    ['before', 1_800, 1_800],
    ['b', 900, 900],
  ]);
  const lines = pages.flatMap(({ revocations }) =>
    revocations.map(({ checkpoint, projectId }) => `${checkpoint} ${projectId}`),
  );
  expect(lines).toEqual(lines.toSorted());
  expect(pagesOf('', { changes: [] }, 0)).toEqual([]);
});
