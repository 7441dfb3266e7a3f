import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEvent, OtherAct } from '../../../lambdas/core/events/event.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { changeCheckpoint, readState } from '../../../lambdas/use-cases/change.ts';
import { DAY } from '../../builders/checkpoints.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { UNHEARD_OF as BASE } from '../../core/shutdown/models.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { check, modelOf, share } from './checking.ts';

const JOBS = 10;
const ALL = aPolicy([aRule({ to: ['proj_EU'] })], { prune: true });
const NONE = aPolicy([aRule({ match: { baseModel: 'nothing-*', suffix: null, metadata: {} }, to: ['proj_EU'] })], {
  prune: true,
});

let scene: Scene;
afterEach(() => scene.close());

/** What the ledger has announced, the oldest first. */
async function announced(act: OtherAct): Promise<readonly LedgerEvent[]> {
  const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 1_000 });
  return items.filter(({ announcement }) => announcement?.act === act).toReversed();
}

describe('a plan that waits for a person', () => {
  let hands: ReturnType<typeof handsOn>;
  beforeEach(async () => {
    scene = await createScene({ targets: ['proj_EU'] });
    hands = handsOn(scene);
    for (let job = 0; job < JOBS; job++) scene.addJob(1);
    await hands.comeToRest(ALL);
  });

  it('is announced once, however many sweeps find it', async () => {
    for (let sweep = 0; sweep < 3; sweep++) {
      await hands.reconcile(NONE);
      scene.time.advance(15 * 60_000);
    }
    const { id } = await readState(scene.ledger, 'waitingPlan');
    expect(await announced('plan-waiting')).toMatchObject([
      {
        act: 'plan-waiting',
        actor: 'reconcile',
        checkpoint: null,
        changes: [],
        note: `${JOBS} of ${JOBS} tracked permissions would be revoked, under the id ${id}`,
        announcement: { act: 'plan-waiting', planId: id, about: 'revocations', permissions: JOBS, tracked: JOBS },
      },
    ]);
  });

  it('is announced again when it is another, and when it waits anew', async () => {
    await hands.reconcile(NONE);
    await scene.observe(scene.addJob(1).id, scene.ledger, ALL);
    await hands.comeToRest(ALL);
    await hands.reconcile(NONE);
    await hands.reconcile(ALL);
    await hands.reconcile(NONE);
    const told = (await announced('plan-waiting')).map(({ announcement }) => announcement);
    expect(told).toMatchObject([{ permissions: JOBS }, { permissions: JOBS + 1 }, { permissions: JOBS + 1 }]);
  });

  it('is not noted without being announced, whatever breaks off', async () => {
    const saveState: Ledger['saveState'] = async (name, state, event) => {
      if (event !== undefined) throw new Error('away');
      return scene.ledger.saveState(name, state, event);
    };
    const broken = { ...scene.ledger, saveState };
    await expect(scene.time.busy(hands.sweeper.reconcile({ policy: NONE, ledger: broken }))).rejects.toThrow('away');
    expect((await readState(scene.ledger, 'waitingPlan')).id).toBeNull();
    await hands.reconcile(NONE);
    expect(await announced('plan-waiting')).toHaveLength(1);
  });

  it('is announced, too, when it is about what does not show at OpenAI any more, again when that is more', async () => {
    const { items } = await scene.ledger.listCheckpoints(null);
    const absence = {
      kind: 'left-out',
      reason: 'not shown',
      since: scene.time.now(),
      model: null,
      held: true,
    } as const;
    const vanish = async (count: number) => {
      for (const record of items.slice(0, count)) {
        await changeCheckpoint(scene.ledger, record, (current) => ({ ...current, absence }));
      }
    };
    await vanish(7);
    for (let sweep = 0; sweep < 2; sweep++) await hands.sweeper.reconcile({ policy: ALL });
    await vanish(8);
    await hands.sweeper.reconcile({ policy: ALL });
    const told = (await announced('plan-waiting')).map(({ announcement }) => announcement);
    expect(told).toMatchObject([
      { act: 'plan-waiting', about: 'absences', permissions: 7, tracked: JOBS },
      { act: 'plan-waiting', about: 'absences', permissions: 8, tracked: JOBS },
    ]);
  });
});

describe('a shutdown', () => {
  beforeEach(async () => {
    scene = await createScene({ rules: { limit: 1_000 } });
    scene.fake.addModel({ id: BASE, shutdownDate: '2026-12-15' });
  });

  it('is announced with every notice, once, with some of the checkpoints that go with it', async () => {
    const shared = await share(scene, 2, BASE);
    await check(scene);
    await check(scene);
    scene.time.advance(19 * DAY);
    await check(scene);
    const common = { act: 'shutdown-ahead', baseModel: BASE, date: '2026-12-15', source: 'openai', checkpoints: 2 };
    const told = await announced('shutdown-ahead');
    expect(told.map(({ announcement }) => announcement)).toMatchObject([
      { ...common, noticeDays: 30, permissions: 2 * TARGETS.length, projects: TARGETS.length },
      { ...common, noticeDays: 7 },
    ]);
    expect(
      told.map(({ announcement }) => announcement && 'examples' in announcement && [...announcement.examples].sort()),
    ).toEqual([[...shared].sort(), [...shared].sort()]);
    expect(told[0]?.note).toBe(`${BASE} shuts down on 2026-12-15, and with it 2 shared checkpoints with 6 permissions`);
  });

  it('of which checkpoints of one base model have several days is announced for each of them', async () => {
    const [first = ''] = await share(scene, 2, BASE);
    scene.fake.addModel({ id: first, shutdownDate: '2026-12-01' });
    await check(scene);
    const told = (await announced('shutdown-ahead')).map(({ announcement }) => announcement);
    expect(told).toMatchObject([
      { date: '2026-12-01', checkpoints: 1, examples: [first] },
      { date: '2026-12-15', checkpoints: 1 },
    ]);
    expect((await modelOf(scene, BASE))?.announced).toEqual({ '2026-12-01': 30, '2026-12-15': 30 });
  });

  it('names no more than some of very many', async () => {
    await share(scene, 25, BASE);
    await check(scene);
    expect(await announced('shutdown-ahead')).toMatchObject([{ announcement: { checkpoints: 25 } }]);
    const [event] = await announced('shutdown-ahead');
    expect(event?.announcement).toHaveProperty('examples.length', 20);
  });
});
