import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RowRefusedError } from '../../../lambdas/core/errors.ts';
import type { PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { REFUSALS, TABLE_TROUBLE } from '../refusing.ts';
import { createScene, type Scene } from '../scene.ts';
import { auditState, grantedTo, putUpAudit, shareJobs } from './auditing.ts';

const MINUTE_MS = 60_000;
const TOO_LARGE = REFUSALS['is too large'];

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ targets: ['proj_EU', 'proj_US'], rules: { limit: 100 } });
});
afterEach(() => scene.close());

async function wanted(jobs: number): Promise<readonly string[]> {
  const models: string[] = [];
  for (let count = 0; count < jobs; count++) {
    const { id, finalModel } = scene.addJob(1);
    await scene.observe(id);
    models.push(finalModel);
  }
  return models;
}

/** The minute's ticks. */
async function tick(minutes: number, deps = scene.deps()): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await drain(deps, `tick ${scene.time.now()}`, scene.time.now() + 50_000);
    scene.time.advance(MINUTE_MS);
  }
}

const posts = (checkpoint: string) =>
  scene.fake.calls.all.filter((call) => call.endpoint === 'permissions.create' && call.path.includes(checkpoint))
    .length;
const holders = (checkpoint: string) => scene.fake.permissions(checkpoint).length;
const aside = async () => (await readState(scene.ledger, 'aside')).rows;
const states = async (checkpoint: string) =>
  Object.values((await scene.ledger.getCheckpoint(checkpoint))?.permissions ?? {}).map(({ state }) => state);

/** The row cannot be written from when the call has been made. */
function refusingAfter(call: keyof PermissionApi, bad: string, error: Error) {
  const api = scene.permissionApi();
  const after = async <T>(checkpoint: string, answer: Promise<T>): Promise<T> => {
    const given = await answer;
    if (checkpoint === bad) scene.ledger.refuse(bad, error);
    return given;
  };
  const watched: PermissionApi = {
    ...api,
    ...(call === 'create' && { create: (model, ids) => after(model, api.create(model, ids)) }),
    ...(call === 'list' && { list: (model, cursor) => after(model, api.list(model, cursor)) }),
    ...(call === 'delete' && { delete: (model, id) => after(model, api.delete(model, id)) }),
  };
  return scene.deps({ api: watched });
}

describe.each(Object.entries(REFUSALS))('a row that %s', (_, error) => {
  it('before its POST: none is made, and the others are shared', async () => {
    const [bad = '', ...others] = await wanted(30);
    scene.ledger.refuse(bad, error);
    await tick(3);
    expect(posts(bad)).toBe(0);
    expect(others.map(holders)).toEqual(others.map(() => 2));
    expect(await aside()).toMatchObject([{ row: bad, failures: 2 }]);
  });

  it('after its POST: it is asked for once, and a LIST finds what was granted', async () => {
    const [bad = '', ...others] = await wanted(3);
    await tick(10, refusingAfter('create', bad, error));
    expect(posts(bad)).toBe(1);
    expect(others.map(holders)).toEqual([2, 2]);
    expect(await states(bad)).toEqual(['unknown', 'unknown']);
    scene.ledger.refuse(bad, null);
    await tick(20);
    expect(await states(bad)).toEqual(['active', 'active']);
    expect(posts(bad)).toBe(1);
    expect(await aside()).toEqual([]);
  });

  it('after each LIST: it is not asked about again and again', async () => {
    const [bad = '', other = ''] = await shareJobs(scene, 2);
    for (const checkpoint of [bad, other]) {
      const record = await scene.ledger.getCheckpoint(checkpoint);
      if (record) await scene.ledger.saveCheckpoint({ ...record, verifyAt: 0 }, record);
    }
    scene.fake.calls.reset();
    await tick(60, refusingAfter('list', bad, error));
    // After 0, 1, 3, 7, 15 and 31 minutes; the other one once.
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(7);
    expect((await scene.ledger.getCheckpoint(other))?.verifyAt).toBeNull();
  });

  it('after its DELETE: the others are revoked, and it is not called for again at once', async () => {
    const [bad = '', other = ''] = await shareJobs(scene, 2);
    for (const checkpoint of [bad, other]) {
      await handsOn(scene).ask({
        command: 'revoke',
        checkpoint,
        permissionId: null,
        projects: ['proj_EU'],
        all: false,
        dryRun: false,
        withhold: true,
      });
    }
    scene.fake.calls.reset();
    await tick(2, refusingAfter('delete', bad, error));
    expect([holders(bad), holders(other)]).toEqual([1, 1]);
    expect(await states(other)).toContain('revoked');
    expect(scene.fake.calls.count({ endpoint: 'permissions.delete' })).toBe(3);
  });

  it('that the audit log tells of: what it tells of the others is taken in', async () => {
    const [bad = '', other = ''] = await shareJobs(scene, 2);
    for (const checkpoint of [bad, other]) scene.fake.revoke(checkpoint, grantedTo(scene, checkpoint, 'proj_EU'));
    scene.ledger.refuse(bad, error);
    await putUpAudit(scene);
    await tick(2);
    expect(holders(other)).toBe(2);
    expect(holders(bad)).toBe(1);
    expect((await auditState(scene)).dueAt).toBeNull();
  });
});

it('more rows than one look at the index shows do not hide what is behind them', async () => {
  const models = await wanted(40);
  for (const model of models.slice(0, 30)) scene.ledger.refuse(model, TOO_LARGE);
  await tick(1);
  expect(models.slice(30).map(holders)).toEqual(models.slice(30).map(() => 2));
  expect(await aside()).toHaveLength(30);
});

it('no access to the table fails the function at once', async () => {
  const [bad = ''] = await wanted(3);
  scene.ledger.refuse(bad, TABLE_TROUBLE['no access']);
  await expect(tick(1)).rejects.toThrow('not authorized');
});

it('where every row is throttled the function fails, and no POST was made', async () => {
  for (const model of await wanted(3)) scene.ledger.refuse(model, REFUSALS['is throttled']);
  await expect(tick(1)).rejects.toThrow(/none of 3 rows/);
  expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(0);
  expect(await aside()).toHaveLength(3);
});

it('what is set aside is not waited for, and status tells of it', async () => {
  const [bad = ''] = await wanted(2);
  scene.ledger.refuse(bad, TOO_LARGE);
  await tick(3);
  const hands = handsOn(scene);
  const status = await hands.ask({ command: 'status' });
  expect(status.unwritten).toMatchObject({ count: 1, rows: [{ row: bad, by: 'share', retryAt: expect.any(String) }] });
  const askedAt = new Date(scene.time.now()).toISOString();
  await scene.time.busy(hands.sweeper.reconcile());
  const progress = await hands.ask({ command: 'progress', askedAt, verifyAll: false, endedAt: null });
  expect(progress.underWay).toMatchObject({ pending: 0 });
});

it('where nothing fails, nothing is written about it', async () => {
  await wanted(2);
  await tick(2);
  expect(await scene.ledger.getState('aside')).toBeUndefined();
});

it('a row that a newer version has written is left alone, and the others are shared', async () => {
  const [newer = '', ...others] = await wanted(30);
  const deps = scene.deps();
  const getCheckpoint = async (checkpoint: string) => {
    if (checkpoint === newer) throw new RowRefusedError(newer, 'a newer version has written it');
    return deps.ledger.getCheckpoint(checkpoint);
  };
  await tick(3, { ...deps, ledger: { ...deps.ledger, getCheckpoint } });
  expect(posts(newer)).toBe(0);
  expect(others.map(holders)).toEqual(others.map(() => 2));
  expect(await aside()).toMatchObject([{ row: newer, reason: 'a newer version has written it', failures: 2 }]);
});
