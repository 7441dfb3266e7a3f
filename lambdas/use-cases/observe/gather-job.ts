import { parseModelName } from '../../core/model/ids.ts';
import { type CheckpointFacts, hasEnded, isOdd, type JobFacts } from '../../core/model/job.ts';
import type { JobApi } from '../../core/ports/openai.ts';

/** Enough to see what is the matter, and no more than fits into the job's row. */
const MAX_ODD = 10;

/** Everything the policy needs to know of a job. Its checkpoints are listed only once it has ended. */
export async function gatherJob(api: JobApi, source: string, jobId: string): Promise<JobFacts> {
  const job = await api.getJob(jobId);
  const items = hasEnded(job.status) ? await api.listCheckpoints(jobId) : [];
  const listed = items.flatMap((item) => (isOdd(item) ? [] : [item]));
  const odd = items.filter(isOdd).slice(0, MAX_ODD);
  return {
    ...job,
    epochs: job.epochs ?? null,
    source,
    checkpoints: withFinal(listed, job.finalModel),
    ...(odd.length > 0 && { odd }),
  };
}

/** The final model may or may not be listed among the checkpoints: it is there exactly once, and marked. */
function withFinal(
  listed: readonly Omit<CheckpointFacts, 'final'>[],
  finalModel: string | null,
): readonly CheckpointFacts[] {
  const unique = new Map(listed.map((facts) => [facts.checkpoint, facts]));
  // Jobs of years ago may name a model that is no `ft:…`; such a model takes no permissions.
  if (finalModel !== null && parseModelName(finalModel) !== undefined && !unique.has(finalModel)) {
    unique.set(finalModel, { checkpoint: finalModel, step: null, metrics: {} });
  }
  return [...unique.values()].map((facts) => ({ ...facts, final: facts.checkpoint === finalModel }));
}
