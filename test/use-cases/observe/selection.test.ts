import { afterEach, describe, expect, it } from 'vitest';
import type { Selection } from '../../../lambdas/core/policy/policy.ts';
import { createScene, type Scene } from '../scene.ts';
import { look, rows, share, sharingWith } from './looking.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

/** Four checkpoints: the last is the final model, the second is the best by loss, the third by accuracy. */
async function aJobIn(finalModelListed: boolean) {
  scene = await createScene({ fake: { quirks: { finalModelListed } } });
  return scene.fake.addJob({
    projectId: 'proj_RESEARCH',
    checkpoints: [
      { step: 10, metrics: { full_valid_loss: 0.5, full_valid_mean_token_accuracy: 0.5 } },
      { step: 20, metrics: { full_valid_loss: 0.1, full_valid_mean_token_accuracy: 0.6 } },
      { step: 30, metrics: { full_valid_loss: 0.3, full_valid_mean_token_accuracy: 0.9 } },
      { step: 40, metrics: { full_valid_loss: 0.2, full_valid_mean_token_accuracy: 0.7 } },
    ],
  });
}

const FORMS: readonly (readonly [Selection, readonly number[]])[] = [
  [{ kind: 'final' }, [3]],
  [{ kind: 'all' }, [0, 1, 2, 3]],
  [{ kind: 'last', count: 1 }, [3]],
  [{ kind: 'last', count: 2 }, [2, 3]],
  [{ kind: 'last', count: 9 }, [0, 1, 2, 3]],
  [{ kind: 'best', metric: 'full_valid_loss' }, [1]],
  [{ kind: 'best', metric: 'full_valid_mean_token_accuracy' }, [2]],
];

describe.each([true, false])('where the final model is listed among the checkpoints: %s', (finalModelListed) => {
  it.each(FORMS)('%o shares exactly what it says, each once', async (checkpoints, expected) => {
    const job = await aJobIn(finalModelListed);
    const names = job.checkpoints.map(({ checkpoint }) => checkpoint);
    await look(scene, job.id, { policy: sharingWith(['proj_EU', 'proj_US'], { checkpoints }) });
    const shared = await share(scene, names);

    expect(shared).toEqual(
      Object.fromEntries(names.map((name, index) => [name, expected.includes(index) ? ['proj_EU', 'proj_US'] : []])),
    );
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(expected.length);
    expect((await rows(scene)).checkpoints).toHaveLength(expected.length);
  });

  it('the job is known with all of its checkpoints, the final model once and marked', async () => {
    const job = await aJobIn(finalModelListed);
    await look(scene, job.id);
    const [known] = (await rows(scene)).jobs;
    const facts = known?.checkpoints.map(({ checkpoint, step, final }) => ({ checkpoint, step, final }));
    expect(facts?.toSorted((a, b) => (a.step ?? 99) - (b.step ?? 99))).toEqual(
      job.checkpoints.map(({ checkpoint, step, final }) => ({
        checkpoint,
        step: final && !finalModelListed ? null : step,
        final,
      })),
    );
  });
});

describe('a best checkpoint by a metric that none has', () => {
  it('shares nothing, and the job says why', async () => {
    const job = await aJobIn(true);
    const policy = sharingWith(['proj_EU'], { checkpoints: { kind: 'best', metric: 'valid_loss' } });
    expect(await look(scene, job.id, { policy })).toEqual({ kind: 'done', wanted: false });
    expect(await rows(scene)).toMatchObject({
      jobs: [{ note: 'rule "everything": no checkpoint of the job has valid_loss' }],
      checkpoints: [],
    });
  });
});

describe('more checkpoints than one page holds', () => {
  it('are all shared', async () => {
    scene = await createScene({ rules: { limit: 100 } });
    const job = scene.addJob(130);
    await look(scene, job.id);
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'jobs.get': 1, 'jobs.checkpoints': 2 });
    expect((await rows(scene)).checkpoints).toHaveLength(130);
  });
});
