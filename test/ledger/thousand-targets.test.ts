import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { drain } from '../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../core/policy/builders.ts';
import { createSweeper } from '../use-cases/reconcile/sweeping.ts';
import { createScene, inAnHour, type Scene } from '../use-cases/scene.ts';
import { useTable } from './table.ts';

const TARGETS = Array.from({ length: 1_000 }, (_, index) => `proj_${String(index).padStart(24, 'x')}`);
const POLICY = aPolicy([aRule({ name: '规'.repeat(200), checkpoints: { kind: 'all' }, to: TARGETS })]);

const table = useTable();
let scene: Scene;
beforeAll(async () => {
  scene = await createScene({ targets: TARGETS, rules: { limit: 60 } });
});
afterAll(() => scene.close());

it('1,000 targets of one checkpoint are wanted, shared and verified in one row of DynamoDB', async () => {
  const { time, fake } = scene;
  const own = createDynamoLedger(table.client, table.name, { actor: 'test', plan: null, now: time.now });
  const ledger = {
    ...own,
    saveCheckpoint: (...args: Parameters<typeof own.saveCheckpoint>) => time.busy(own.saveCheckpoint(...args)),
  };
  const { id, finalModel } = scene.addJob(1);
  await scene.observe(id, ledger, POLICY);
  await time.busy(drain(scene.deps({ ledger }), 'share', inAnHour(scene)));
  expect(fake.permissions(finalModel)).toHaveLength(1_000);

  time.advance(2 * 24 * 3_600_000);
  await time.busy(createSweeper(scene).reconcile({ ledger, policy: POLICY }));
  await time.busy(drain(scene.deps({ ledger }), 'verify', inAnHour(scene)));
  const record = await ledger.getCheckpoint(finalModel);
  const rows = Object.values(record?.permissions ?? {});
  expect(rows.filter(({ state, verifiedAt }) => state === 'active' && verifiedAt !== null)).toHaveLength(1_000);
  const [first] = rows;
  expect(await ledger.findPermission(first?.permissionId ?? '')).toMatchObject({ projectId: first?.projectId });
});
