import { afterEach, beforeEach, expect, it } from 'vitest';
import { doubtAbsence } from '../../../lambdas/core/checkpoint/absence.ts';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { NotFoundError } from '../../../lambdas/core/errors.ts';
import type { ModelApi } from '../../../lambdas/core/ports/openai.ts';
import { changeCheckpoint } from '../../../lambdas/use-cases/change.ts';
import { witnessModels } from '../../../lambdas/use-cases/reconcile/witness-models.ts';
import { createScene, inAnHour, recordLog, type Scene } from '../scene.ts';
import { SOURCE } from './sweeping.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** A checkpoint that the admin key does not find any more. */
async function addDoubted(checkpoint: string, source: string | null, jobId: string | null) {
  const now = scene.time.now();
  const doubt = { reason: 'not found', held: false };
  await changeCheckpoint(scene.ledger, newCheckpoint(checkpoint, { source, jobId }), (record) =>
    doubtAbsence(record, 'gone', doubt, now),
  );
}

async function sweep(key?: string, models: ModelApi = scene.modelApi(key)) {
  const { items } = await scene.ledger.listCheckpoints(null);
  const of = <Api>(api: Api) => ((source: string) => (source === SOURCE ? api : undefined)) as () => Api;
  const apis = { modelsOf: of(models), jobsOf: of(scene.jobApi(key)) };
  await witnessModels(
    { ledger: scene.ledger, ...apis, now: scene.time.now, log: recordLog().log },
    items,
    inAnHour(scene),
  );
}

const told = async (checkpoint: string) => (await scene.ledger.getCheckpoint(checkpoint))?.absence?.model;

it('asks for each in the end, however many others nobody can be asked for, or are there', async () => {
  const { id, finalModel } = scene.addJob();
  for (let i = 0; i < 60; i++) await addDoubted(`ft:gpt-4o-mini-2024-07-18:acme::pinned${i}`, null, null);
  for (let i = 0; i < 60; i++) await addDoubted(`ft:gpt-4o-mini-2024-07-18:acme::there${i}`, SOURCE, id);
  await addDoubted(finalModel, SOURCE, id);
  const getModel: ModelApi['getModel'] = async (model) => {
    if (model === finalModel) throw new NotFoundError('The model does not exist');
    return { shutdownDate: null };
  };
  await sweep(undefined, { getModel });
  await sweep(undefined, { getModel });
  expect(await told(finalModel)).toBe('gone');
});

it('believes no key that does not find the checkpoint’s job, either: it is of another project', async () => {
  const { id, finalModel } = scene.addJob();
  await addDoubted(finalModel, SOURCE, id);
  scene.fake.deleteModel(finalModel);
  await sweep(scene.fake.addProject({ id: 'proj_SANDBOX' }).apiKey);
  expect(await told(finalModel)).toBeNull();
  await sweep();
  expect(await told(finalModel)).toBe('gone');
});
