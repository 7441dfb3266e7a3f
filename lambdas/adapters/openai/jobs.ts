import * as z from 'zod/mini';
import { OddAnswerError, RefusedError, UnavailableError } from '../../core/errors.ts';
import { JOB_ID } from '../../core/model/ids.ts';
import { isOdd, METRICS, type OddItem } from '../../core/model/job.ts';
import type { Job, JobApi, ListedCheckpoint } from '../../core/ports/openai.ts';
import type { OpenAIHttp } from './http.ts';
import { PAGE_SIZE, type ReadPage, readItem, readPage } from './page.ts';
import {
  type CheckpointAnswer,
  checkpoint,
  hyperparameters,
  type JobAnswer,
  job,
  loosePage,
  type Schema,
} from './schemas.ts';

/** 2000 checkpoints: OpenAI keeps those of a job's last three epochs, so that more is a list that never ends. */
const MAX_CHECKPOINT_PAGES = 20;

/** Jobs of the retired fine-tunes API have no checkpoints and nothing to share. */
const RETIRED_ID = /^ft-/;

/** The fine-tuning endpoints; `http` must carry the source project's key. */
export function createJobApi(http: OpenAIHttp): JobApi {
  return {
    async getJob(jobId) {
      const answer = await http.call({ method: 'GET', path: jobPath(jobId), answer: z.unknown() });
      const found = readItem(answer, job);
      if (isOdd(found)) throw new OddAnswerError(`OpenAI's answer has ${found.problem}`);
      if (found.id !== jobId) throw new UnavailableError('OpenAI answered with another job than the one asked for');
      return toJob(found);
    },

    async listCheckpoints(jobId) {
      const path = `${jobPath(jobId)}/checkpoints`;
      const checkpoints: ListedCheckpoint[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < MAX_CHECKPOINT_PAGES; pages++) {
        const page: ReadPage<CheckpointAnswer> = await listPage(http, path, after, checkpoint);
        checkpoints.push(...page.items.map((item) => (isOdd(item) ? item : toCheckpoint(item))));
        after = page.next;
        if (after === null) return checkpoints;
      }
      throw new UnavailableError(`The job's list of checkpoints does not end within ${MAX_CHECKPOINT_PAGES} pages`);
    },

    async listJobs(after) {
      const { items, next } = await listPage(http, '/fine_tuning/jobs', after, job);
      const jobs = items.flatMap((item) => (isOdd(item) ? [] : [toJob(item)]));
      const odd = items.filter(isOdd).filter(({ id }) => id === null || !RETIRED_ID.test(id));
      return { jobs, next, ...(odd.length > 0 && { odd }) };
    },
  };
}

async function listPage<T>(
  http: OpenAIHttp,
  path: string,
  after: string | null,
  schema: Schema<T>,
): Promise<ReadPage<T>> {
  const query = after === null ? { limit: PAGE_SIZE } : { limit: PAGE_SIZE, after };
  return readPage(await http.call({ method: 'GET', path, query, answer: loosePage }), after, schema);
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
    // Empty, and the time zero, stand for what is not there yet where somebody in between has no null.
    finalModel: answer.fine_tuned_model || null,
    metadata: only(answer.metadata, (value) => typeof value === 'string'),
    createdAt: answer.created_at * 1_000,
    finishedAt: answer.finished_at ? answer.finished_at * 1_000 : null,
    epochs: epochsOf(answer),
  };
}

/** Each method has hyperparameters of its own; those of the job itself are deprecated, and told of some methods only. */
function epochsOf({ hyperparameters: ofJob, method }: JobAnswer): number | null {
  const ofMethods = Object.values(record.safeParse(method).data ?? {}).map(
    (one) => record.safeParse(one).data?.hyperparameters,
  );
  const read = [...ofMethods, ofJob].map((given) => hyperparameters.safeParse(given).data?.n_epochs);
  return read.find((epochs) => epochs !== undefined) ?? null;
}

const record = z.record(z.string(), z.unknown());

function toCheckpoint(answer: CheckpointAnswer): Exclude<ListedCheckpoint, OddItem> {
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
