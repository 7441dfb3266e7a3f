import { z } from 'zod';
import { shownJob } from '../../lambdas/shared/contract/jobs.ts';
import { ask } from './ask.ts';
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

  async run(session, _, [word = '']) {
    const target = readTarget(word);
    if (target.kind !== 'job') throw notAJob(word);
    const shown = await ask(
      session,
      { command: 'show', what: target.jobId, live: false },
      { saying: 'Reading the ledger …' },
    );
    if (shown.kind !== 'job') throw notAJob(word);
    const { jobId, source, status, checkpoints } = shown.job;
    return {
      document: { jobId, source, status, checkpoints },
      text: () => showCheckpoints(checkpoints, session.terminal.columns),
    };
  },
};
