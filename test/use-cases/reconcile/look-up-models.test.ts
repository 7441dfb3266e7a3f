import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelApi } from '../../../lambdas/core/ports/openai.ts';
import { DAY, MINUTE } from '../../builders/checkpoints.ts';
import { UNHEARD_OF as BASE } from '../../core/shutdown/models.ts';
import { createScene, type Scene } from '../scene.ts';
import { check, modelOf, overriding, share } from './checking.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

describe('looking up models', () => {
  it('takes ten calls a sweep, with project keys only, until each was asked for', async () => {
    scene.fake.addModel({ id: BASE });
    const checkpoints = await share(scene, 15, BASE);
    const sweeps = [await check(scene), await check(scene), await check(scene)];
    expect(sweeps.map(({ calls }) => calls.length)).toEqual([10, 6, 0]);
    expect(new Set(sweeps.flatMap(({ asked }) => asked))).toEqual(new Set([BASE, ...checkpoints]));
    expect(new Set(sweeps.flatMap(({ calls }) => calls.map(({ keyKind }) => keyKind)))).toEqual(new Set(['project']));
  });

  it('asks for the base model once a day, and for a checkpoint once a week, the longest waiting first', async () => {
    scene.fake.addModel({ id: BASE });
    await share(scene, 11, BASE);
    const first = await check(scene);
    scene.time.advance(MINUTE);
    const second = await check(scene);
    scene.time.advance(DAY - 2 * MINUTE);
    expect((await check(scene)).asked).toEqual([]);
    scene.time.advance(MINUTE);
    expect((await check(scene)).asked).toEqual([BASE]);
    expect((await check(scene)).asked).toEqual([]);
    scene.time.advance(7 * DAY);
    expect((await check(scene)).asked).toEqual([BASE, ...first.asked.slice(1)]);
    expect((await check(scene)).asked).toEqual(second.asked);
  });

  it('asks for nothing where nothing is shared, or sharing.yaml has the word', async () => {
    expect((await check(scene)).asked).toEqual([]);
    await share(scene, 1, BASE);
    expect((await check(scene, { policy: overriding(scene, BASE, null) })).asked).toEqual([]);
  });

  it('begins nothing once its time is up', async () => {
    scene.fake.addModel({ id: BASE });
    await share(scene, 5, BASE);
    const api = scene.modelApi();
    const slow: ModelApi = {
      getModel: async (model) => {
        scene.time.advance(MINUTE);
        return api.getModel(model);
      },
    };
    const stopAt = scene.time.now() + 2 * MINUTE;
    expect((await check(scene, { modelsOf: () => slow }, stopAt)).asked).toHaveLength(2);
    expect((await check(scene, {}, stopAt)).asked).toEqual([]);
  });
});

describe('a look-up that fails', () => {
  it.each(['error-before', 'throttled', 'reset-before', 'malformed'] as const)(
    '(%s) fails nothing, keeps what was known, and is the only one in its sweep',
    async (fault) => {
      scene.fake.addModel({ id: BASE, shutdownDate: '2029-01-01' });
      await share(scene, 3, BASE);
      await check(scene);
      scene.time.advance(DAY);
      scene.fake.faults.queue('models.get', fault);
      const { asked, lines } = await check(scene);
      expect(asked).toEqual([BASE]);
      expect(await modelOf(scene, BASE)).toMatchObject({ shutdownDate: '2029-01-01', note: expect.any(String) });
      expect(lines).toMatchObject([{ level: 'info', fields: { model: BASE, source: 'research' } }]);
      expect((await check(scene)).asked).toEqual([]);
      scene.time.advance(DAY);
      expect((await check(scene)).asked).toEqual([BASE]);
      expect(await modelOf(scene, BASE)).toMatchObject({ shutdownDate: '2029-01-01', note: null });
    },
  );

  it('for a dead key costs one call a sweep, and holds up no other source', async () => {
    await share(scene, 3, BASE);
    scene.fake.addModel({ id: BASE, shutdownDate: '2029-01-01' });
    const other = scene.fake.addProject({ id: 'proj_OTHER' });
    const policy = {
      ...scene.policy,
      projects: [
        ...scene.policy.projects,
        { alias: 'other', id: 'proj_OTHER', source: { apiKeySecret: null, webhookSecret: null } },
      ],
    };
    const modelsOf = (source: string) => scene.modelApi(source === 'other' ? other.apiKey : 'sk-proj-dead');
    const first = await check(scene, { policy, modelsOf });
    expect(first.calls.map(({ path, status }) => [path.split('/models/')[1], status])).toEqual([
      [BASE, 401],
      [BASE, 200],
    ]);
    expect(await modelOf(scene, BASE)).toMatchObject({ shutdownDate: '2029-01-01', note: null });
    const { asked } = await check(scene, { policy, modelsOf });
    expect(asked).toHaveLength(1);
    expect(await modelOf(scene, asked[0] ?? '')).toMatchObject({
      shutdownDate: null,
      note: 'Incorrect API key provided.',
    });
  });

  it('is none for a model that OpenAI does not have: the date that it named before still holds', async () => {
    scene.fake.addModel({ id: BASE, shutdownDate: '2029-01-01' });
    const [checkpoint = ''] = await share(scene, 1, BASE);
    await check(scene);
    scene.fake.deleteModel(BASE);
    scene.fake.deleteModel(checkpoint);
    scene.time.advance(7 * DAY);
    expect((await check(scene)).calls.map(({ status }) => status)).toEqual([404, 404]);
    for (const model of [BASE, checkpoint]) {
      const note = expect.stringMatching(/does not exist/);
      expect(await modelOf(scene, model)).toMatchObject({ shutdownDate: '2029-01-01', note });
    }
  });

  it('a model that OpenAI never had has no date, and says why', async () => {
    await share(scene, 1, BASE);
    await check(scene);
    expect(await modelOf(scene, BASE)).toMatchObject({
      shutdownDate: null,
      note: expect.stringMatching(/does not exist/),
    });
  });
});
