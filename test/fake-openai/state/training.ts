import { buildJob, ENDED, type JobSpec } from './job-spec.ts';
import { availableCheckpoints, type FakeJob } from './jobs.ts';
import type { World } from './world.ts';

/** Adds a job, and the models that it has left if it has ended. */
export function addJob(world: World, spec: JobSpec): FakeJob {
  world.projects.need(spec.projectId);
  const job = world.jobs.add(buildJob(spec, world));
  publishModels(world, job);
  return job;
}

/** Ends a job now; its models can be used from now on. */
export function finishJob(world: World, jobId: string, status: 'succeeded' | 'failed' | 'cancelled'): FakeJob {
  const job = world.jobs.need(jobId);
  if (ENDED.has(job.status)) throw new Error(`Job ${jobId} has ended as ${job.status}: add another one.`);
  job.status = status;
  job.finishedAt = world.now();
  publishModels(world, job);
  return job;
}

function publishModels(world: World, job: FakeJob): void {
  const names = new Set(availableCheckpoints(job).map(({ checkpoint }) => checkpoint));
  if (job.status === 'succeeded') names.add(job.finalModel);
  for (const id of names) {
    world.models.put({
      id,
      projectId: job.projectId,
      createdAt: job.finishedAt ?? world.now(),
      ownedBy: world.organization,
      shutdownDate: world.models.find(job.baseModel)?.shutdownDate ?? null,
    });
  }
}
