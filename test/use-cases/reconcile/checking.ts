import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { checkShutdowns, type ShutdownDeps } from '../../../lambdas/use-cases/reconcile/check-shutdowns.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { inAnHour, recordLog, type Scene } from '../scene.ts';
import { addJobs } from './sweeping.ts';

export type CheckParts = Partial<Pick<ShutdownDeps, 'modelsOf' | 'ledger' | 'policy'>>;

/** What a check is wired with: the key of `research` only, unless told. */
export function checkDeps(scene: Scene, parts: CheckParts = {}) {
  const { log, lines } = recordLog();
  const modelsOf = (source: string) => (source === 'research' ? scene.modelApi() : undefined);
  return { policy: scene.policy, ledger: scene.ledger, modelsOf, now: scene.time.now, log, lines, ...parts };
}

/** One check of what the ledger has; gives the calls that it made and the warnings that it logged. */
export async function check(scene: Scene, parts: CheckParts = {}, stopAt = inAnHour(scene)) {
  const { lines, ...deps } = checkDeps(scene, parts);
  const { items } = await scene.ledger.listCheckpoints(null);
  const before = scene.fake.calls.all.length;
  await checkShutdowns(deps, items, stopAt);
  const calls = scene.fake.calls.all.slice(before);
  return {
    calls,
    lines,
    asked: calls.map(({ path }) => path.split('/models/')[1]),
    warned: lines.filter(({ fields }) => fields.signal === 'shutdown-ahead'),
  };
}

/** So many jobs of a base model, one checkpoint each, shared with all targets; gives the checkpoints. */
export async function share(scene: Scene, count: number, baseModel: string): Promise<readonly string[]> {
  const checkpoints: string[] = [];
  for (const jobId of addJobs(scene, count, { baseModel })) {
    await scene.observe(jobId);
    const job = await scene.ledger.getJob(jobId);
    if (job?.finalModel) checkpoints.push(job.finalModel);
  }
  await drain(scene.deps(), 'share', inAnHour(scene));
  return checkpoints;
}

export function overriding(scene: Scene, baseModel: string, date: string | null): Policy {
  return { ...scene.policy, shutdowns: [{ baseModel, date }] };
}

/** What the ledger has of a model. */
export async function modelOf(scene: Scene, model: string) {
  return (await scene.ledger.listModels(null)).items.find((item) => item.model === model);
}
