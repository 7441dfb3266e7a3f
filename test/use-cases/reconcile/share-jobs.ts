import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { MINUTE } from '../../builders/checkpoints.ts';
import { inAnHour, type Scene } from '../scene.ts';

/** Jobs of one checkpoint each, shared, and seen by lists for long enough to be believed; gives their checkpoints. */
export async function shareJobs(scene: Scene, jobs = 1): Promise<readonly string[]> {
  const models: string[] = [];
  for (let count = 0; count < jobs; count++) {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    models.push(job.finalModel);
  }
  await drain(scene.deps(), 'me', inAnHour(scene));
  scene.time.advance(10 * MINUTE);
  return models;
}
