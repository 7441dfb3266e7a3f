import { z } from 'zod';
import { listedJob, shownJob } from '../../../lambdas/shared/contract/jobs.ts';
import type { ListedJob } from '../../../lambdas/shared/contract/operator.ts';
import { ask, gatherPages } from '../ask.ts';
import { collect } from '../options.ts';
import { readTarget } from '../permissions/targets.ts';
import type { CliCommand } from '../session.ts';
import { table } from '../text/table.ts';
import { showTime } from '../text/times.ts';
import { notAJob } from './show.ts';
import { showCheckpoints } from './show-job-text.ts';

const jobsDocument = z
  .array(listedJob)
  .describe('The fine-tuning jobs of the ledger, the newest first; forgotten ones are left out.');

interface JobsOptions {
  readonly source?: readonly string[];
  readonly status?: readonly string[];
}

export const jobs: CliCommand<JobsOptions> = {
  document: jobsDocument,
  define: (program) =>
    program
      .command('jobs')
      .description('list the fine-tuning jobs of the ledger, the newest first')
      .option('--source <alias>', 'only of this source project', collect)
      .option('--status <status>', "only in this status, in OpenAI's words: succeeded, running, …", collect),

  async run(session, { source = [], status = [] }) {
    const found: ListedJob[] = await gatherPages(session.terminal, 'jobs', async (cursor) => {
      const page = await ask(session, { command: 'jobs', source, status, cursor });
      return { items: page.jobs, cursor: page.cursor };
    });
    const sorted = found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
    return { document: sorted, text: () => show(sorted, session.terminal.columns) };
  },
};

function show(found: readonly ListedJob[], width: number | null): string {
  if (found.length === 0) return 'No job is there, or none that fits.\n';
  return table(
    found,
    [
      { heading: 'JOB', text: ({ jobId }) => jobId },
      { heading: 'SOURCE', text: ({ source }) => source },
      { heading: 'STATUS', text: ({ status }) => status },
      { heading: 'BASE MODEL', text: ({ baseModel }) => baseModel },
      { heading: 'CHECKPOINTS', text: ({ checkpoints }) => checkpoints, align: 'right' },
      { heading: 'CREATED', text: ({ createdAt }) => showTime(createdAt) },
      { heading: 'ENDED', text: ({ finishedAt }) => showTime(finishedAt) },
      { heading: 'NOTE', text: ({ note }) => note },
    ],
    width,
  );
}

const { jobId, source, status, checkpoints: models } = shownJob.shape;
const modelsDocument = z
  .strictObject({ jobId, source, status, checkpoints: models })
  .describe('The models that a job left, and who has them.');

export const checkpoints: CliCommand<object> = {
  document: modelsDocument,
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
