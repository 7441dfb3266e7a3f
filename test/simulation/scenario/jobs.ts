import type { CheckpointFacts } from '../../../lambdas/core/model/job.ts';
import { Draw } from '../engine/draw.ts';
import { METRIC } from './policies.ts';
import type { Scenario } from './scenario.ts';

/** One fine-tuning job as it will go. Times are milliseconds since the epoch. */
export interface JobScenario {
  readonly jobId: string;
  /** Alias of its source. */
  readonly source: string;
  readonly createdAt: number;
  readonly endsAt: number;
  readonly ending: 'succeeded' | 'failed' | 'cancelled';
  readonly checkpoints: readonly CheckpointFacts[];
  /** OpenAI lists the final model among the job's checkpoints, too. */
  readonly finalListed: boolean;
  /** When its webhook is first sent; null = never (it ended before there was one, or it is lost). */
  readonly webhookAt: number | null;
}

const DAY_MS = 86_400_000;

export function drawJobs(
  draw: Draw,
  world: Pick<Scenario, 'start' | 'chaosMs' | 'isSwept' | 'storm'> & { readonly sources: readonly string[] },
): readonly JobScenario[] {
  return Array.from({ length: draw.int(1, 4) }, (_, index) => {
    const jobId = `ftjob-${index + 1}`;
    const isPast = world.isSwept && draw.chance(0.2);
    const createdAt = wholeSeconds(world.start - draw.int(60_000, isPast ? 10 * DAY_MS : DAY_MS));
    const endsAt = isPast ? createdAt + 30_000 : world.start + draw.int(0, world.chaosMs / 2);
    const isTold = !isPast && !draw.chance(world.storm.loss);
    return {
      jobId,
      source: draw.pick(world.sources),
      createdAt,
      endsAt,
      ending: draw.pick(['succeeded', 'succeeded', 'succeeded', 'succeeded', 'failed', 'cancelled']),
      checkpoints: checkpointsOf(index + 1, draw.int(1, 3)),
      finalListed: draw.chance(0.5),
      // OpenAI may tell of the end a moment before its own job says so.
      webhookAt: isTold ? Math.max(world.start, endsAt + draw.int(world.isSwept ? -20_000 : 0, 90_000)) : null,
    };
  });
}

/** The same job, whose checkpoints differ in the metric of the rules. Of a final one that is not listed there is none. */
export function withMetrics(job: JobScenario, seed: number): JobScenario {
  const draw = new Draw(seed);
  const isListed = ({ final }: CheckpointFacts) => job.finalListed || !final;
  const checkpoints = job.checkpoints.map((facts) =>
    isListed(facts) ? { ...facts, metrics: { [METRIC]: draw.int(1, 100) } } : facts,
  );
  return { ...job, checkpoints };
}

function checkpointsOf(job: number, count: number): readonly CheckpointFacts[] {
  return Array.from({ length: count }, (_, index) => {
    const final = index === count - 1;
    const step = final ? '' : `:ckpt-step-${index + 1}`;
    return { checkpoint: `ft:gpt-4o-mini:org::J${job}C${index + 1}${step}`, step: index + 1, final, metrics: {} };
  });
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
