import { z } from 'zod';
import { shownJob } from '../../lambdas/shared/contract/jobs.ts';
import { withProgress } from './progress.ts';
import type { CliCommand } from './session.ts';
import { notAJob } from './show.ts';
import { showCheckpoints } from './show-job-text.ts';
import { readTarget } from './targets.ts';

const { jobId, source, status, checkpoints: models } = shownJob.shape;
const document = z
  .strictObject({ jobId, source, status, checkpoints: models })
  .describe('The models that a job left, and who has them.');

export const checkpoints: CliCommand<object> = {
  document,
  define: (program) =>
    program
      .command('checkpoints')
      .description('show the models that a job left: steps, metrics, model ids, and who has them')
      .argument('<job>', 'ftjob-…'),

  async run({ operator, terminal }, _, [word = '']) {
    const target = readTarget(word);
    if (target.kind !== 'job') throw notAJob(word);
    const shown = await withProgress(
      terminal,
      () => 'Reading the ledger …',
      () => operator.ask({ command: 'show', what: target.jobId, live: false }),
    );
    if (shown.kind !== 'job') throw notAJob(word);
    const { jobId, source, status, checkpoints } = shown.job;
    return {
      document: { jobId, source, status, checkpoints },
      text: () => showCheckpoints(checkpoints, terminal.columns),
    };
  },
};
