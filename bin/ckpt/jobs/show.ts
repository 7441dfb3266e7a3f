import { z } from 'zod';
import { shownJob } from '../../../lambdas/shared/contract/jobs.ts';
import { shownCheckpoint } from '../../../lambdas/shared/contract/show.ts';
import { ask, type Patience, timeoutOption, withProgress } from '../ask.ts';
import { CliError } from '../errors.ts';
import { readTarget, type Target } from '../permissions/targets.ts';
import type { CliCommand } from '../session.ts';
import { showCheckpoint } from './show-checkpoint-text.ts';
import { showJob } from './show-job-text.ts';

const document = z.union([shownCheckpoint, shownJob]).describe('What is known of one checkpoint, or of one job.');

export const show: CliCommand<Patience & { readonly live?: true }> = {
  document,
  define: (program) =>
    timeoutOption(
      program
        .command('show')
        .description(
          'show a checkpoint, a permission or a job: wanted by which rule, recorded, at OpenAI, and its history',
        )
        .argument('<target>', 'ft:…, cp_… or ftjob-…')
        .option('--live', 'ask OpenAI what it has (one admin call for 100 permissions)'),
    ),

  async run(session, { live, timeout }, [word = '']) {
    const target = readTarget(word);
    const { terminal, paint } = session;
    const shown = await withProgress(
      terminal,
      () => (live === true ? 'Asking OpenAI …' : 'Reading the ledger …'),
      () => ask(session, { command: 'show', what: whatOf(target), live: live === true }, { timeoutMs: timeout }),
    );
    const at = new Date(session.now()).toISOString();
    const text = () =>
      shown.kind === 'job'
        ? showJob(shown.job, at, terminal.columns)
        : showCheckpoint(shown.checkpoint, at, paint, terminal.columns);
    return { document: shown.kind === 'job' ? shown.job : shown.checkpoint, text };
  },
};

function whatOf(target: Target): string {
  switch (target.kind) {
    case 'job':
      return target.jobId;
    case 'permission':
      return target.permissionId;
    case 'checkpoint':
      return target.checkpoint;
    case 'pair':
      return target.target.startsWith('cp_') ? target.target : target.checkpoint;
  }
}

export function notAJob(word: string): CliError {
  return new CliError({ name: 'TargetError', message: `"${word}" is no job.`, next: 'Write one as in ftjob-AbC123.' });
}
