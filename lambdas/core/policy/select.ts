import type { CheckpointFacts, Metric } from '../model/job.ts';
import type { Selection } from './policy.ts';

/** What a rule's `checkpoints` takes of a job. */
export interface Selected {
  /** In the order of the facts. */
  readonly checkpoints: readonly CheckpointFacts[];
  /** Why it is less than was asked for; null when it is not. */
  readonly shortfall: string | null;
}

/** One of a job's checkpoints, and whether it is taken. */
export interface Judged {
  readonly facts: CheckpointFacts;
  readonly taken: boolean;
  /** Of the metric by which is chosen; null where it has none, or where none is chosen by. */
  readonly value: number | null;
  /** Why it is taken, or not, for a person to read. */
  readonly why: string;
}

/** Takes from all of a job's checkpoints, the final model among them, those that are asked for. */
export function selectCheckpoints(selection: Selection, checkpoints: readonly CheckpointFacts[]): Selected {
  const taken = judgeCheckpoints(selection, checkpoints).filter((judged) => judged.taken);
  return { checkpoints: taken.map(({ facts }) => facts), shortfall: shortfallOf(selection, taken.length) };
}

/** Every one of a job's checkpoints, in the order of the facts, with why it is taken or not. */
export function judgeCheckpoints(selection: Selection, checkpoints: readonly CheckpointFacts[]): readonly Judged[] {
  switch (selection.kind) {
    case 'all':
      return judge(checkpoints, () => [true, 'all are taken']);
    case 'final':
      return judge(checkpoints, ({ final }) => [final, final ? 'it is the final model' : 'it is not the final model']);
    case 'last': {
      const fromEnd = [...checkpoints].sort(byStep).reverse();
      return judge(checkpoints, (facts) => {
        const place = fromEnd.indexOf(facts) + 1;
        return [place <= selection.count, place === 1 ? 'it is the last one' : `it is number ${place} from the end`];
      });
    }
    case 'best':
      return judgeByMetric(selection.metric, checkpoints);
  }
}

function judge(
  checkpoints: readonly CheckpointFacts[],
  decide: (facts: CheckpointFacts) => readonly [taken: boolean, why: string],
): readonly Judged[] {
  return checkpoints.map((facts) => {
    const [taken, why] = decide(facts);
    return { facts, taken, value: null, why };
  });
}

/** The lowest loss or the highest accuracy is taken; the higher step where several have it. */
function judgeByMetric(metric: Metric, checkpoints: readonly CheckpointFacts[]): readonly Judged[] {
  const isLoss = metric.endsWith('_loss');
  const score = (checkpoint: CheckpointFacts) => (isLoss ? -1 : 1) * (checkpoint.metrics[metric] ?? Number.NaN);
  const ranked = checkpoints
    .filter((checkpoint) => Number.isFinite(score(checkpoint)))
    .sort((a, b) => score(a) - score(b) || byStep(a, b));
  const best = ranked.at(-1);
  const isAsGood = (facts: CheckpointFacts) => best !== undefined && score(facts) === score(best);
  const isTied = ranked.filter(isAsGood).length > 1;
  return checkpoints.map((facts) => {
    const value = ranked.includes(facts) ? (facts.metrics[metric] ?? null) : null;
    const taken = facts === best;
    if (value === null) return { facts, taken, value, why: `it has no ${metric}` };
    const tie = isTied ? ', and of those that have it, it is the last' : '';
    const rank = taken
      ? `is the ${isLoss ? 'lowest' : 'highest'}${tie}`
      : isAsGood(facts)
        ? 'is as good, and a later one has it, too'
        : `is ${isLoss ? 'higher' : 'lower'}`;
    return { facts, taken, value, why: `its ${metric} of ${value} ${rank}` };
  });
}

function shortfallOf(selection: Selection, taken: number): string | null {
  if (selection.kind === 'last' && taken < selection.count) {
    return `the last ${selection.count} were asked for, the job has ${taken}`;
  }
  if (taken > 0) return null;
  if (selection.kind === 'best') return `no checkpoint of the job has ${selection.metric}`;
  return selection.kind === 'final' ? 'the job has no final model' : 'the job has no checkpoint';
}

/** Ascending, the final model highest; by name where that does not tell, so that OpenAI's order has no say. */
function byStep(a: CheckpointFacts, b: CheckpointFacts): number {
  if (a.final !== b.final) return a.final ? 1 : -1;
  return (a.step ?? -1) - (b.step ?? -1) || (a.checkpoint < b.checkpoint ? -1 : 1);
}
