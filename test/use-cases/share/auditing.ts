import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import type { ShareDeps } from '../../../lambdas/use-cases/share/deps.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import type { Scene } from '../scene.ts';
import { inAnHour, TARGETS } from '../scene.ts';

/** As the regular reconcile does it. */
export async function putUpAudit({ ledger, time }: Scene): Promise<void> {
  await changeState(ledger, 'audit', (state) => ({ ...state, dueAt: state.dueAt ?? time.now() }));
}

/** One sweep's reading of the audit log, and the work that follows from it. */
export async function sweepAudit(scene: Scene, deps: ShareDeps = scene.deps()): Promise<void> {
  await putUpAudit(scene);
  await drain(deps, 'sweep', inAnHour(scene));
}

export function auditState({ ledger }: Scene) {
  return readState(ledger, 'audit');
}

/** Jobs of one checkpoint each, shared with every target; ten minutes later nothing is to be done. Names their models. */
export async function shareJobs(scene: Scene, jobs: number): Promise<readonly string[]> {
  const models: string[] = [];
  for (let count = 0; count < jobs; count++) {
    const { id, finalModel } = scene.addJob(1);
    await scene.observe(id);
    models.push(finalModel);
  }
  await drain(scene.deps(), 'sharing', inAnHour(scene));
  scene.time.advance(10 * 60_000);
  scene.fake.calls.reset();
  return models;
}

/** The id of a target's permission at OpenAI. */
export function grantedTo({ fake }: Scene, checkpoint: string, projectId: string = TARGETS[0]): string {
  const found = fake.permissions(checkpoint).find((permission) => permission.projectId === projectId);
  if (found === undefined) throw new Error(`${projectId} has no permission for ${checkpoint}`);
  return found.id;
}

/** The row of a project's permission as the ledger has it; undefined where there is none. */
export async function rowFor({ ledger }: Scene, checkpoint: string, projectId: string = TARGETS[0]) {
  return (await ledger.getCheckpoint(checkpoint))?.permissions[projectId];
}
