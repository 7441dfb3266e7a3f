import { NotFoundError } from '../../../lambdas/core/errors.ts';
import type { JobFacts } from '../../../lambdas/core/model/job.ts';
import type { Job, JobApi } from '../../../lambdas/core/ports/openai.ts';
import type { JobScenario } from '../scenario/jobs.ts';
import type { FactsLag } from '../scenario/weather.ts';

type Answers = { readonly [Method in keyof JobApi]: Awaited<ReturnType<JobApi[Method]>> };

/** The jobs of one source, as they stand at a time. */
export function getJob(jobs: readonly JobScenario[], jobId: string, now: number, lag: FactsLag | null): Job {
  return jobAt(find(jobs, jobId), now, lag);
}

/** One after the other, where it takes OpenAI its time to list them. */
export function listJobCheckpoints(
  jobs: readonly JobScenario[],
  jobId: string,
  now: number,
  lag: FactsLag | null,
): Answers['listCheckpoints'] {
  const { checkpoints, ending, endsAt, finalListed } = find(jobs, jobId);
  if (ending !== 'succeeded') return [];
  const { checkpointsMs, metricsMs } = lag ?? NO_LAG;
  const told = checkpointsMs === 0 ? 1 : Math.min(1, (now - endsAt) / checkpointsMs);
  const hasMetrics = now >= endsAt + metricsMs;
  return checkpoints
    .slice(0, Math.floor(checkpoints.length * told))
    .filter(({ final }) => finalListed || !final)
    .map(({ checkpoint, step, metrics }) => ({ checkpoint, step, metrics: hasMetrics ? metrics : {} }));
}

/** Newest first. */
export function listJobs(
  jobs: readonly JobScenario[],
  after: string | null,
  now: number,
  pageSize: number,
  lag: FactsLag | null,
): Answers['listJobs'] {
  const sorted = jobs.filter(({ createdAt }) => createdAt <= now).sort((a, b) => b.createdAt - a.createdAt);
  const first = after === null ? 0 : sorted.indexOf(find(jobs, after)) + 1;
  const page = sorted.slice(first, first + pageSize);
  const isLast = first + page.length >= sorted.length;
  return { jobs: page.map((job) => jobAt(job, now, lag)), next: isLast ? null : (page.at(-1)?.jobId ?? null) };
}

/** What is to be known of a job once it has ended. */
export function factsOf(job: JobScenario): JobFacts {
  const ended = jobAt(job, job.endsAt, null);
  const checkpoints = job.ending === 'succeeded' ? job.checkpoints : [];
  return { ...ended, source: job.source, checkpoints };
}

const NO_LAG: FactsLag = { modelMs: 0, checkpointsMs: 0, metricsMs: 0 };

/** Of a world in which it tells nothing late, it is not known how many checkpoints a job has. */
function jobAt({ jobId, createdAt, endsAt, ending, checkpoints }: JobScenario, now: number, lag: FactsLag | null): Job {
  const hasEnded = now >= endsAt;
  const final = checkpoints.find((checkpoint) => checkpoint.final)?.checkpoint ?? null;
  return {
    jobId,
    status: hasEnded ? ending : 'running',
    baseModel: 'gpt-4o-mini',
    finalModel: now >= endsAt + (lag ?? NO_LAG).modelMs && ending === 'succeeded' ? final : null,
    ...(lag !== null && { epochs: checkpoints.length }),
    metadata: {},
    createdAt,
    finishedAt: hasEnded ? Math.floor(endsAt / 1_000) * 1_000 : null,
  };
}

function find(jobs: readonly JobScenario[], jobId: string): JobScenario {
  const job = jobs.find((one) => one.jobId === jobId);
  if (job === undefined) throw new NotFoundError(`No such fine-tuning job: ${jobId}`, { status: 404 });
  return job;
}
