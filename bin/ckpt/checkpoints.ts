import type { ShownJob } from '../../lambdas/shared/contract/operator.ts';
import { withProgress } from './progress.ts';
import type { CliCommand } from './session.ts';
import { notAJob } from './show.ts';
import { showCheckpoints } from './show-job-text.ts';
import { readTarget } from './targets.ts';

/** What `ckpt checkpoints --json` prints. */
export type CheckpointsDocument = Pick<ShownJob, 'jobId' | 'source' | 'status' | 'checkpoints'>;

export const checkpoints: CliCommand<object> = {
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
    const document: CheckpointsDocument = { jobId, source, status, checkpoints };
    return { document, text: () => showCheckpoints(checkpoints, terminal.columns) };
  },
};
