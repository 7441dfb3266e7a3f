import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { reconcileLedger } from '../../../lambdas/use-cases/reconcile/reconcile-ledger.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { REFUSALS, TABLE_TROUBLE } from '../refusing.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { shareJobs } from '../share/auditing.ts';
import { createSweeper } from './sweeping.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ targets: ['proj_EU', 'proj_US'], rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

const to = (...targets: string[]) =>
  aPolicy([aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: targets })]);
const reconcile = (policy = scene.policy) => scene.time.busy(createSweeper(scene).reconcile({ policy }));
const unwritten = async () => (await readState(scene.ledger, 'reconcile')).unwritten;

/** So many checkpoints, all shared with one project, the first of which cannot be written from now on. */
async function withBadRow(checkpoints: number, error: Error) {
  for (let count = 0; count < checkpoints; count++)
    await scene.observe(scene.addJob(1).id, scene.ledger, to('proj_EU'));
  await drain(scene.deps(), 'sharing', inAnHour(scene));
  scene.time.advance(2 * 24 * 3_600_000);
  const [bad, ...others] = (await scene.ledger.listCheckpoints(null)).items.map(({ checkpoint }) => checkpoint);
  if (bad === undefined) throw new Error('there are some');
  scene.ledger.refuse(bad, error);
  return { bad, others };
}

describe.each(Object.entries(REFUSALS))('one row that %s', (_, error) => {
  it('keeps no other from being planned and put up, is told of, and is taken up when it can be', async () => {
    const { bad, others } = await withBadRow(4, error);
    await reconcile(to('proj_EU', 'proj_US'));
    for (const checkpoint of others) {
      expect(await scene.ledger.getCheckpoint(checkpoint)).toMatchObject({
        permissions: { proj_US: { state: 'pending' } },
        verifyAt: scene.time.now(),
      });
    }
    expect(await unwritten()).toMatchObject({ count: 1, rows: [{ row: bad }] });
    expect(await readState(scene.ledger, 'reconcile')).toMatchObject({ error: null, endedAt: scene.time.now() });

    scene.ledger.refuse(bad, null);
    await reconcile(to('proj_EU', 'proj_US'));
    expect(await scene.ledger.getCheckpoint(bad)).toMatchObject({ permissions: { proj_US: { state: 'pending' } } });
    expect(await unwritten()).toBeUndefined();
  });

  it('keeps no other from being taken up after a pause', async () => {
    await changeState(scene.ledger, 'pause', (state) => {
      return { ...state, rules: { everything: { at: 0, by: null, why: null } } };
    });
    for (let count = 0; count < 3; count++) await scene.observe(scene.addJob(1).id);
    await drain(scene.deps(), 'parks them', inAnHour(scene));
    const [bad = '', ...others] = (await scene.ledger.listCheckpoints(null)).items.map(({ checkpoint }) => checkpoint);
    scene.ledger.refuse(bad, error);
    await changeState(scene.ledger, 'pause', (state) => ({ ...state, rules: {} }));
    await reconcile();
    await drain(scene.deps(), 'goes on', inAnHour(scene));
    for (const checkpoint of others) expect(scene.fake.permissions(checkpoint)).toHaveLength(2);
    expect(scene.fake.permissions(bad)).toEqual([]);
  });
});

it('a row that is told of is said in the log, under the signal of its alarm', async () => {
  const { bad } = await withBadRow(2, REFUSALS['is too large']);
  const deps = createSweeper(scene).deps({ policy: to('proj_EU', 'proj_US') });
  await scene.time.busy(reconcileLedger(deps, false, inAnHour(scene)));
  const told = deps.lines.filter(({ fields }) => fields.signal === 'row-unwritable');
  expect(told.map(({ level, fields }) => [level, fields.row])).toContainEqual(['error', bad]);
});

describe('what is no trouble of single rows', () => {
  it.each(Object.entries(TABLE_TROUBLE))(
    '%s fails the function, also where only one row has met it',
    async (_, error) => {
      await withBadRow(4, error);
      await expect(reconcile(to('proj_EU', 'proj_US'))).rejects.toThrow(error.message);
    },
  );

  it.each(['is throttled', 'stays busy'] as const)('every row %s: that fails the function', async (refusal) => {
    const { others } = await withBadRow(3, REFUSALS[refusal]);
    for (const checkpoint of others) scene.ledger.refuse(checkpoint, REFUSALS[refusal]);
    await expect(reconcile(to('proj_EU', 'proj_US'))).rejects.toThrow(/none of \d rows/);
  });

  it('some rows are throttled all the time: the others are put up for verification all the same', async () => {
    const { bad, others } = await withBadRow(4, REFUSALS['is throttled']);
    const [second = '', ...good] = others;
    scene.ledger.refuse(second, REFUSALS['is throttled']);
    await reconcile(to('proj_EU', 'proj_US'));
    await drain(scene.deps(), 'shares the others', inAnHour(scene));
    scene.time.advance(2 * 24 * 3_600_000);
    // Only the two have anything to be planned now.
    await reconcile(to('proj_EU', 'proj_US'));
    for (const checkpoint of good) {
      expect(await scene.ledger.getCheckpoint(checkpoint)).toMatchObject({ verifyAt: scene.time.now() });
    }
    expect((await unwritten())?.rows.map(({ row }) => row).sort()).toEqual([bad, second].sort());
  });

  it('every row is too large: that is their own fault, and told of them', async () => {
    const { others } = await withBadRow(3, REFUSALS['is too large']);
    for (const checkpoint of others) scene.ledger.refuse(checkpoint, REFUSALS['is too large']);
    await reconcile(to('proj_EU', 'proj_US'));
    expect(await unwritten()).toMatchObject({ count: 3 });
  });
});

it('of thousands of rows that cannot be written only some are named', async () => {
  const models = await shareJobs(scene, 25);
  scene.time.advance(2 * 24 * 3_600_000);
  for (const model of models) scene.ledger.refuse(model, REFUSALS['is too large']);
  await reconcile();
  const noted = await unwritten();
  expect(noted?.count).toBe(25);
  expect(noted?.rows).toHaveLength(20);
});
