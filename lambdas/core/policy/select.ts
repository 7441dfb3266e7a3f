import type { CheckpointFacts, Metric } from '../model/job.ts';
import type { Selection } from './policy.ts';

/** What a rule's `checkpoints` takes of a job. */
export interface Selected {
  /** In the order of the facts. */
  readonly checkpoints: readonly CheckpointFacts[];
  /** Why it is less than was asked for; null when it is not. */
  readonly shortfall: string | null;
}

/** Takes from all of a job's checkpoints, the final model among them, those that are asked for. */
export function selectCheckpoints(selection: Selection, checkpoints: readonly CheckpointFacts[]): Selected {
  switch (selection.kind) {
    case 'all':
      return selected(checkpoints, checkpoints.length === 0 ? 'the job has no checkpoint' : null);
    case 'final': {
      const final = checkpoints.filter((checkpoint) => checkpoint.final);
      return selected(final, final.length === 0 ? 'the job has no final model' : null);
    }
    case 'last': {
      const last = new Set([...checkpoints].sort(byStep).slice(-selection.count));
      const shortfall =
        last.size < selection.count ? `the last ${selection.count} were asked for, the job has ${last.size}` : null;
      return selected(
        checkpoints.filter((checkpoint) => last.has(checkpoint)),
        shortfall,
      );
    }
    case 'best': {
      const best = bestOf(selection.metric, checkpoints);
      return selected(best ? [best] : [], best ? null : `no checkpoint of the job has ${selection.metric}`);
    }
  }
}

function selected(checkpoints: readonly CheckpointFacts[], shortfall: string | null): Selected {
  return { checkpoints, shortfall };
}

/** The lowest loss or the highest accuracy; the higher step where several have it. */
function bestOf(metric: Metric, checkpoints: readonly CheckpointFacts[]): CheckpointFacts | undefined {
  const sign = metric.endsWith('_loss') ? -1 : 1;
  const score = (checkpoint: CheckpointFacts) => sign * (checkpoint.metrics[metric] ?? Number.NaN);
  return checkpoints
    .filter((checkpoint) => Number.isFinite(score(checkpoint)))
    .sort((a, b) => score(a) - score(b) || byStep(a, b))
    .at(-1);
}

/** Ascending, the final model highest; by name where that does not tell, so that OpenAI's order has no say. */
function byStep(a: CheckpointFacts, b: CheckpointFacts): number {
  if (a.final !== b.final) return a.final ? 1 : -1;
  return (a.step ?? -1) - (b.step ?? -1) || (a.checkpoint < b.checkpoint ? -1 : 1);
}
