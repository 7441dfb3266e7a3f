import type { JobCheckpoint, ShownJob } from '../../../lambdas/shared/contract/operator.ts';
import { oneLine } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { showTime, showTimeAndAge } from '../text/times.ts';

/** A job for people, with its checkpoints. */
export function showJob(job: ShownJob, at: string, width: number | null): string {
  const { jobId, source, status, baseModel, createdAt, finishedAt, observedAt, note, forgotten } = job;
  const metadata = Object.entries(job.metadata).map(([key, value]) => `${key}=${value}`);
  const lines = [
    `${jobId} of ${source}: ${status}`,
    `base model ${baseModel}${metadata.length === 0 ? '' : `; metadata ${oneLine(metadata.join(', '))}`}`,
    `created ${showTime(createdAt)}, ended ${showTime(finishedAt) ?? 'not yet'}, observed ${showTimeAndAge(observedAt, at)}`,
    note === null ? null : oneLine(note),
    forgotten === null ? null : `forgotten by ${forgotten.by ?? 'somebody'} at ${showTime(forgotten.at)}`,
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n\n${showCheckpoints(job.checkpoints, width)}`;
}

/** One line a model that the job left: steps, metrics, and who has it. */
export function showCheckpoints(checkpoints: readonly JobCheckpoint[], width: number | null): string {
  if (checkpoints.length === 0) return 'No checkpoint is known of it.\n';
  const metric = (heading: string, name: keyof JobCheckpoint['metrics']) => ({
    heading,
    text: ({ metrics }: JobCheckpoint) => metrics[name]?.toPrecision(4),
    align: 'right' as const,
  });
  return table(
    checkpoints,
    [
      { heading: 'STEP', text: ({ step, final }) => `${step ?? ''}${final ? ' final' : ''}`.trim(), align: 'right' },
      { heading: 'CHECKPOINT', text: ({ checkpoint }) => checkpoint },
      metric('TRAIN LOSS', 'train_loss'),
      metric('TRAIN ACC', 'train_mean_token_accuracy'),
      metric('VALID LOSS', 'valid_loss'),
      metric('VALID ACC', 'valid_mean_token_accuracy'),
      metric('FULL VALID LOSS', 'full_valid_loss'),
      metric('FULL VALID ACC', 'full_valid_mean_token_accuracy'),
      { heading: 'TO COME', text: ({ pending }) => pending.join(', ') },
      { heading: 'SHARED WITH', text: ({ sharedWith }) => sharedWith.join(', ') },
    ],
    width,
  );
}
