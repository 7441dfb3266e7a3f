import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { DAY } from '../../builders/checkpoints.ts';
import { UNHEARD_OF as BASE } from '../../core/shutdown/models.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { check, checkDeps, modelOf, overriding, share } from './checking.ts';
import { createSweeper } from './sweeping.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

const MINI = 'gpt-4o-mini-2024-07-18';

/** Lets time pass until so many days before a date, at noon. */
function goTo(date: string, daysBefore: number): void {
  scene.time.advance(Date.parse(`${date}T12:00:00Z`) - daysBefore * DAY - scene.time.now());
}

describe('a shutdown', () => {
  it('is warned of with what it takes away', async () => {
    await share(scene, 2, MINI);
    const { warned } = await check(scene);
    expect(warned).toEqual([
      {
        level: 'warn',
        message: 'Shared checkpoints shut down soon',
        fields: {
          signal: 'shutdown-ahead',
          baseModel: MINI,
          date: '2027-01-14',
          source: 'table',
          daysLeft: 55,
          checkpoints: 2,
          permissions: 6,
          projects: 3,
        },
      },
    ]);
  });

  it('is warned of once at 90, 30 and 7 days, and once it has come', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: '2027-06-30' });
    await share(scene, 1, BASE);
    const warnings: [number, unknown][] = [];
    for (const day of [120, 91, 89, 60, 31, 29, 8, 6, 1, 0, -1, -30]) {
      goTo('2027-06-30', day);
      const { warned } = await check(scene);
      expect((await check(scene)).warned).toEqual([]);
      for (const { fields } of warned) warnings.push([day, fields.daysLeft]);
    }
    expect(warnings).toEqual([
      [89, 89],
      [29, 29],
      [6, 6],
      [0, 0],
    ]);
  });

  it('that is found late is warned of once, at the nearest threshold', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: '2026-11-23' });
    await share(scene, 1, BASE);
    expect((await check(scene)).warned).toMatchObject([{ fields: { daysLeft: 3, source: 'openai' } }]);
    expect((await check(scene)).warned).toEqual([]);
  });

  it('that is past is told, too', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: '2026-10-23' });
    await share(scene, 1, BASE);
    const { warned } = await check(scene);
    expect(warned).toMatchObject([{ message: 'Shared checkpoints have shut down', fields: { daysLeft: -28 } }]);
  });

  it('that is put off is warned of anew, at its new date', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: '2027-02-01' });
    const [checkpoint = ''] = await share(scene, 1, BASE);
    expect((await check(scene)).warned).toMatchObject([{ fields: { date: '2027-02-01' } }]);
    for (const id of [BASE, checkpoint]) scene.fake.addModel({ id, shutdownDate: '2027-06-01' });
    scene.time.advance(7 * DAY);
    expect((await check(scene)).warned).toEqual([]);
    goTo('2027-06-01', 80);
    expect((await check(scene)).warned).toMatchObject([{ fields: { date: '2027-06-01', daysLeft: 80 } }]);
  });

  it('is warned of though OpenAI cannot be asked', async () => {
    await share(scene, 1, MINI);
    expect((await check(scene, { modelsOf: () => undefined })).warned).toHaveLength(1);
  });

  it('is as sharing.yaml says', async () => {
    await share(scene, 1, MINI);
    expect((await check(scene, { policy: overriding(scene, 'gpt-4o*', null) })).warned).toEqual([]);
    expect((await check(scene, { policy: overriding(scene, 'gpt-4o*', '2026-12-01') })).warned).toMatchObject([
      { fields: { date: '2026-12-01', source: 'sharing.yaml' } },
    ]);
  });

  it('is warned of by one of two sweeps at once, and the look-ups of both are kept', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: '2026-12-01' });
    await share(scene, 2, BASE);
    const both = await Promise.all([check(scene), check(scene)]);
    const later = await check(scene);
    expect([...both, later].flatMap(({ warned }) => warned)).toHaveLength(1);
    expect(await modelOf(scene, BASE)).toMatchObject({ shutdownDate: '2026-12-01', announced: { '2026-12-01': 30 } });
  });
});

describe('the scheduled reconcile', () => {
  it('warns, and does not fail for a model that cannot be looked up', async () => {
    await share(scene, 1, MINI);
    scene.fake.faults.queue('models.get', 'error-before');
    const { lines, ...deps } = { ...createSweeper(scene).deps(), ...checkDeps(scene) };
    await reconcile(deps, false, inAnHour(scene));
    expect(lines.filter(({ fields }) => fields.signal === 'shutdown-ahead')).toHaveLength(1);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
