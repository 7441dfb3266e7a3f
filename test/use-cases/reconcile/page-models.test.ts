import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newModel } from '../../../lambdas/core/model/openai-model.ts';
import { newWalk } from '../../../lambdas/core/plan/full-pass.ts';
import { dueLookups, turnsOf } from '../../../lambdas/core/shutdown/lookups.ts';
import { shutdownsAhead, tellGroups } from '../../../lambdas/core/shutdown/shutdowns-ahead.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { addModels } from '../../../lambdas/use-cases/reconcile/page-models.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { DAY, T0 } from '../../builders/checkpoints.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { UNHEARD_OF as BASE, byId, fineTuned, shared } from '../../core/shutdown/models.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { checkDeps, modelOf, share } from './checking.ts';
import { createSweeper } from './sweeping.ts';

const BASES = ['gpt-4o', 'gpt-4o-mini-2024-07-18', BASE];
const NAMES = BASES.flatMap((base) => ['A', 'B', 'C', 'D'].map((id) => fineTuned(base, id)));

const aModel = fc.record({
  model: fc.constantFrom(...BASES, ...NAMES),
  shutdownDate: fc.constantFrom(null, '2026-12-01', '2027-03-01'),
  askAgainAt: fc.integer({ min: T0 - DAY, max: T0 + 2 * DAY }),
});
const aShared = fc.tuple(
  fc.constantFrom(...NAMES),
  fc.subarray(['proj_EU', 'proj_US', 'proj_ASIA']),
  fc.constantFrom('active' as const, 'revoked' as const),
);

it('the pages of a pass find the shutdowns and the look-ups that a look at everything finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(aShared, { selector: ([name]) => name }),
      fc.uniqueArray(aModel, { selector: ({ model }) => model }),
      fc.integer({ min: 1, max: 5 }),
      async (checkpoints, stored, size) => {
        const ledger = createInMemoryLedger();
        const models = stored.map((parts) => ({ ...newModel(parts.model), ...parts }));
        for (const model of models) await ledger.saveModel(model);
        const records = checkpoints
          .map(([name, projectIds, state]) => shared(name, projectIds, state))
          .sort((a, b) => (a.checkpoint < b.checkpoint ? -1 : 1));
        const policy = aPolicy();

        let found = newWalk('digest', T0, false);
        for (let at = 0; at === 0 || at < records.length; at += size) {
          const page = records.slice(at, at + size);
          found = { ...found, ...(await addModels(ledger, policy, found, page, T0)) };
          found = { ...found, after: page.at(-1)?.checkpoint ?? null };
        }

        expect(tellGroups(found.shutdowns, T0)).toEqual(shutdownsAhead(policy, records, models, T0));
        const due = dueLookups(policy, records, byId(models), T0 + DAY);
        expect(found.lookups).toEqual(turnsOf(due, byId(models)));
        const bases = due.filter(({ isBase }) => isBase).map(({ model, sources }) => [model, sources]);
        expect(found.bases).toEqual(Object.fromEntries(bases));
      },
    ),
  );
});

describe('a full pass that goes page by page', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await createScene({ rules: { limit: 1_000 } });
  });
  afterEach(() => scene.close());

  async function sweep() {
    const { lines, ...deps } = { ...createSweeper(scene).deps(), ...checkDeps(scene) };
    const before = scene.fake.calls.all.length;
    await reconcile({ ...deps, sizes: { atOnce: 0, page: 2 } }, false, inAnHour(scene));
    const asked = scene.fake.calls.all.slice(before).flatMap(({ path }) => path.split('/models/')[1] ?? []);
    return { asked, warned: lines.filter(({ fields }) => fields.signal === 'shutdown-ahead') };
  }

  it('warns of what a shutdown takes away in all, once', async () => {
    await share(scene, 5, 'gpt-4o-mini-2024-07-18');
    const { warned } = await sweep();
    expect(warned).toMatchObject([{ fields: { date: '2027-01-14', checkpoints: 5, permissions: 15, projects: 3 } }]);
    scene.time.advance(DAY);
    expect((await sweep()).warned).toEqual([]);
  });

  it('has each model asked for once, and again when its turn comes', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: null });
    const names = await share(scene, 3, BASE);
    const all = [...names, BASE].toSorted();
    expect((await sweep()).asked.toSorted()).toEqual(all);
    expect((await sweep()).asked).toEqual([]);
    scene.time.advance(DAY);
    expect((await sweep()).asked).toEqual([BASE]);
    scene.time.advance(6 * DAY);
    await sweep();
    expect((await readState(scene.ledger, 'pass')).lookups).toEqual([]);
    for (const name of all) expect((await modelOf(scene, name))?.askAgainAt).toBeGreaterThan(scene.time.now());
  });

  it('warns of a date that OpenAI has come to name with the next full pass', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: '2027-01-01' });
    await share(scene, 3, BASE);
    expect((await sweep()).warned).toEqual([]);
    expect(await modelOf(scene, BASE)).toMatchObject({ shutdownDate: '2027-01-01' });
    scene.time.advance(DAY);
    expect((await sweep()).warned).toMatchObject([{ fields: { source: 'openai', checkpoints: 3 } }]);
  });
});
