import { RefusedError, UnavailableError } from '../../core/errors.ts';
import { JOB_ID } from '../../core/model/ids.ts';
import { type CheckpointFacts, METRICS } from '../../core/model/job.ts';
import type { Job, JobApi } from '../../core/openai-ports.ts';
import type { OpenAIHttp } from './http.ts';
import { nextCursor, PAGE_SIZE } from './page.ts';
import { type CheckpointAnswer, checkpointPage, type JobAnswer, job, jobPage } from './schemas.ts';

/** 2000 checkpoints: OpenAI keeps those of a job's last three epochs, so that more is a list that never ends. */
const MAX_CHECKPOINT_PAGES = 20;

/** The fine-tuning endpoints; `http` must carry the source project's key. */
export function createJobApi(http: OpenAIHttp): JobApi {
  return {
    async getJob(jobId) {
      const found = await http.call({ method: 'GET', path: jobPath(jobId), answer: job });
      if (found.id !== jobId) throw new UnavailableError('OpenAI answered with another job than the one asked for');
      return toJob(found);
    },

    async listCheckpoints(jobId) {
      const path = `${jobPath(jobId)}/checkpoints`;
      const checkpoints: Omit<CheckpointFacts, 'final'>[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < MAX_CHECKPOINT_PAGES; pages++) {
        const page = await http.call({ method: 'GET', path, query: pageQuery(after), answer: checkpointPage });
        checkpoints.push(...page.data.map(toCheckpoint));
        after = nextCursor(page, after);
        if (after === null) return checkpoints;
      }
      throw new UnavailableError(`The job's list of checkpoints does not end within ${MAX_CHECKPOINT_PAGES} pages`);
    },

    async listJobs(after) {
      const path = '/fine_tuning/jobs';
      const page = await http.call({ method: 'GET', path, query: pageQuery(after), answer: jobPage });
      // Jobs of the retired fine-tunes API have other ids (`ft-…`), no checkpoints and nothing to share.
      const jobs = page.data.filter(({ id }) => JOB_ID.test(id)).map(toJob);
      return { jobs, next: nextCursor(page, after) };
    },
  };
}

function pageQuery(after: string | null): Record<string, string> {
  return after === null ? { limit: PAGE_SIZE } : { limit: PAGE_SIZE, after };
}

function jobPath(jobId: string): string {
  if (!JOB_ID.test(jobId)) throw new RefusedError('This is no job id (ftjob-…)');
  return `/fine_tuning/jobs/${jobId}`;
}

function toJob(answer: JobAnswer): Job {
  return {
    jobId: answer.id,
    status: answer.status,
    baseModel: answer.model,
    finalModel: answer.fine_tuned_model ?? null,
    metadata: only(answer.metadata, (value) => typeof value === 'string'),
    createdAt: answer.created_at * 1_000,
    finishedAt: answer.finished_at == null ? null : answer.finished_at * 1_000,
  };
}

function toCheckpoint(answer: CheckpointAnswer): Omit<CheckpointFacts, 'final'> {
  const known: readonly string[] = METRICS;
  return {
    checkpoint: answer.fine_tuned_model_checkpoint,
    step: answer.step_number,
    metrics: only(answer.metrics, (value, name): value is number => known.includes(name) && Number.isFinite(value)),
  };
}

/** The entries whose value is of the wanted kind; none where there is no object. */
function only<T>(
  entries: Readonly<Record<string, unknown>> | null | undefined,
  wanted: (value: unknown, name: string) => value is T,
): Record<string, T> {
  const kept = Object.entries(entries ?? {}).filter((entry): entry is [string, T] => wanted(entry[1], entry[0]));
  return Object.fromEntries(kept);
}
