import { afterEach, describe, expect, it } from 'vitest';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import type { Quirks } from '../../fake-openai/quirks.ts';
import { Killed, Killer } from '../../support/crash.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** Runs one share function that is killed; false when it came to its end before that. */
async function runAndKill(at: number, moment: 'before' | 'after'): Promise<boolean> {
  const killer = new Killer(at, moment);
  const deps = scene.deps({
    ledger: killer.watch(scene.ledger),
    pacerStore: killer.watch(scene.store),
    api: killer.watch(scene.permissionApi()),
  });
  await drain(deps, `victim-${at}-${moment}`, inAnHour(scene)).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  return killer.struck;
}

/** The minute's ticks that follow, until the lease has expired and nothing is due. */
async function runOn(): Promise<void> {
  for (let minute = 0; minute < 10; minute++) {
    scene.time.advance(60_000);
    await drain(scene.deps(), `tick-${minute}`, inAnHour(scene));
  }
}

async function expectNothingLostDoubledOrUntracked(): Promise<void> {
  const recorded = await scene.recorded();
  expect(recorded).toHaveLength(2 * TARGETS.length);
  for (const { checkpoint, projectId, state, permissionId, duplicateIds } of recorded) {
    const actual = scene.fake.permissions(checkpoint).filter((permission) => permission.projectId === projectId);
    expect({ state, ids: [permissionId, ...duplicateIds] }).toEqual({
      state: 'active',
      ids: actual.map(({ id }) => id),
    });
    expect(actual).toHaveLength(1);
    expect(await scene.ledger.findPermission(permissionId ?? '')).toEqual({ checkpoint, projectId });
  }
}

const QUIRKS: readonly Partial<Quirks>[] = [
  { repeatedPost: 'makes-second' },
  { repeatedPost: 'makes-second', listLagMs: 60_000 },
  { repeatedPost: 'fails-silent', badProject: 'left-out' },
];

describe.each(QUIRKS)('killed between any two of its steps, with %o', (quirks) => {
  it.each(['before', 'after'] as const)('%s each step: nothing is lost, doubled or untracked', async (moment) => {
    for (let at = 0, struck = true; struck; at++) {
      scene = await createScene({ fake: { quirks } });
      for (const { id } of [scene.addJob(1), scene.addJob(1)]) await scene.observe(id);
      struck = await runAndKill(at, moment);
      await runOn();
      await expectNothingLostDoubledOrUntracked();
      expect(at).toBeLessThan(200);
      await scene.close();
    }
  });
});

describe('killed twice in a row', () => {
  it('still comes to the same end', async () => {
    for (let at = 0; at < 30; at += 3) {
      scene = await createScene({ fake: { quirks: { repeatedPost: 'makes-second', listLagMs: 30_000 } } });
      for (const { id } of [scene.addJob(1), scene.addJob(1)]) await scene.observe(id);
      await runAndKill(at, 'after');
      scene.time.advance(150_000);
      await runAndKill(at + 1, 'before');
      scene.time.advance(150_000);
      await runOn();
      await expectNothingLostDoubledOrUntracked();
      await scene.close();
    }
  });
});

describe('an answer that never came', () => {
  it.each([
    'error-after',
    'reset-after',
    'hang-after',
    'malformed',
    'error-before',
    'reset-before',
    'hang-before',
  ] as const)('(%s) is resolved by a LIST, and nothing is made twice', async (fault) => {
    scene = await createScene({ fake: { quirks: { repeatedPost: 'makes-second', listLagMs: 45_000 } } });
    for (const { id } of [scene.addJob(1), scene.addJob(1)]) await scene.observe(id);
    scene.fake.faults.queue('permissions.create', fault);
    await drain(scene.deps(), 'me', inAnHour(scene));
    await runOn();

    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBeGreaterThan(0);
    await expectNothingLostDoubledOrUntracked();
  });
});
