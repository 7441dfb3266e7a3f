import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginCreate, reject } from '../../lambdas/core/checkpoint/create.ts';
import { changePermissions } from '../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../lambdas/core/model/permission.ts';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { drain } from '../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../core/policy/builders.ts';
import { handsOn, toRevoke } from './by-hand/by-hand.ts';
import { createSweeper } from './reconcile/sweeping.ts';
import { createScene, inAnHour, type Scene } from './scene.ts';

const TARGETS = Array.from({ length: 1_000 }, (_, index) => `proj_${String(index).padStart(24, 'x')}`);
/** The longest that sharing.yaml takes: 600 bytes. */
const RULE = '规'.repeat(200);

const to = (targets: readonly string[]): Policy =>
  aPolicy([aRule({ name: RULE, checkpoints: { kind: 'all' }, to: targets })]);

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ targets: TARGETS, rules: { limit: 60 } });
});
afterEach(() => scene.close());

const states = async () => {
  const rows = await scene.recorded();
  return Object.fromEntries([...Map.groupBy(rows, ({ state }) => state)].map(([state, { length }]) => [state, length]));
};

describe('1,000 targets of one checkpoint, under a name of 600 bytes', () => {
  it('are wanted, shared, verified and revoked', async () => {
    const { finalModel, id } = scene.addJob(1);
    await scene.observe(id, scene.ledger, to(TARGETS));
    expect(await states()).toEqual({ pending: 1_000 });

    await drain(scene.deps(), 'share', inAnHour(scene));
    expect(await states()).toEqual({ active: 1_000 });
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(10);

    scene.time.advance(2 * 24 * 3_600_000);
    await scene.time.busy(createSweeper(scene).reconcile({ policy: to(TARGETS) }));
    await drain(scene.deps(), 'verify', inAnHour(scene));
    expect((await scene.ledger.getCheckpoint(finalModel))?.listedAt).not.toBeNull();

    const [kept, ...some] = TARGETS.slice(0, 21);
    await handsOn(scene).ask(toRevoke(finalModel, some, { withhold: true }));
    await drain(scene.deps(), 'revoke', inAnHour(scene));
    expect(await states()).toEqual({ active: 980, revoked: 20 });
    expect(scene.fake.permissions(finalModel).map(({ projectId }) => projectId)).toContain(kept);
    expect(scene.fake.permissions(finalModel)).toHaveLength(980);
  });

  it('are refused, with another text of 300 bytes each', async () => {
    const { finalModel, id } = scene.addJob(1);
    await scene.observe(id, scene.ledger, to(TARGETS));
    const text = texts();
    for (let calls = 0; calls < 10; calls++) {
      const before = await stored(finalModel);
      const { record, projectIds } = beginCreate(before, new Map(), scene.time.now(), 30_000);
      expect(projectIds).toHaveLength(100);
      expect(await scene.ledger.saveCheckpoint(record, before)).toBe(true);
      const marked = await stored(finalModel);
      const landed = { ...marked, inFlight: null };
      const refused = changePermissions(landed, projectIds, (permission) => reject(permission, text(), null));
      expect(await scene.ledger.saveCheckpoint(refused, marked)).toBe(true);
    }
    expect(await states()).toEqual({ rejected: 1_000 });
  });

  it('hold no text twice as long: the row is refused by its size, and stays as it was', async () => {
    const { finalModel, id } = scene.addJob(1);
    await scene.observe(id, scene.ledger, to(TARGETS));
    const before = await stored(finalModel);
    const text = texts();
    const full = changePermissions(before, TARGETS, (each) => ({ ...each, reason: text() + text() }));
    await expect(scene.ledger.saveCheckpoint(full, before)).rejects.toThrow(
      /it would have \d+ bytes, and DynamoDB takes 409600/,
    );
    expect(await stored(finalModel)).toEqual(before);
  });
});

/** Texts of 300 printable letters that have nothing in common, the same ones each time. */
function texts(): () => string {
  let seed = 1;
  const letter = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(32 + (seed % 95));
  };
  return () => Array.from({ length: 300 }, letter).join('');
}

async function stored(checkpoint: string): Promise<CheckpointRecord> {
  const record = await scene.ledger.getCheckpoint(checkpoint);
  if (record === undefined) throw new Error('it was observed');
  return record;
}
