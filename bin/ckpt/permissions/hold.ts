import { z } from 'zod';
import type { HeldResult } from '../../../lambdas/shared/contract/operator.ts';
import { forgottenJob, heldResult } from '../../../lambdas/shared/contract/permissions.ts';
import { ask, type Patience, timeoutOption } from '../ask.ts';
import type { CliCommand } from '../session.ts';
import { readSelection, type SelectionOptions, selectionOptions } from './selection.ts';
import { readTarget } from './targets.ts';

const forgotten = z
  .union([heldResult, forgottenJob])
  .describe('What is tracked no more: permissions, or a job with its permissions.');

type HoldOptions = Patience & SelectionOptions;

export const forget: CliCommand<HoldOptions> = {
  document: forgotten,
  define: (program) =>
    timeoutOption(
      selectionOptions(
        program
          .command('forget')
          .description('stop tracking permissions, or a job: OpenAI keeps them, and no rule wants them again by itself')
          .addHelpText(
            'after',
            '\nThe target may also be a job (ftjob-…): its permissions are forgotten with it.\n"ckpt adopt" takes it back.',
          ),
      ),
    ),

  async run(session, { timeout, ...options }, given) {
    const job = given.length === 1 ? readTarget(given[0] ?? '') : undefined;
    if (job?.kind === 'job') {
      const { jobId } = job;
      const done = await ask(session, { command: 'forget-job', jobId }, { timeoutMs: timeout });
      const count = done.permissions.length;
      const text = `${jobId} of ${done.source} is forgotten, and ${count} permissions with it; OpenAI keeps them.\n`;
      return { document: done, text: () => text };
    }
    const request = { command: 'forget', ...readSelection('forget', options, given) } as const;
    const held = await ask(session, request, { timeoutMs: timeout });
    return {
      document: held,
      text: () => show(held, 'forgotten: OpenAI keeps it, and nothing here looks at it any more'),
    };
  },
};

export const ignore: CliCommand<HoldOptions & { readonly undo?: true }> = {
  document: heldResult,
  define: (program) =>
    timeoutOption(
      selectionOptions(
        program
          .command('ignore')
          .description('keep permissions as they are: listed, never repaired, changed, let expire or revoked')
          .option('--undo', 'let the policy decide again'),
      ),
    ),

  async run(session, { timeout, undo, ...options }, given) {
    const selection = readSelection('ignore', options, given);
    const request = { command: 'ignore', ...selection, undo: undo === true } as const;
    const held = await ask(session, request, { timeoutMs: timeout });
    return { document: held, text: () => show(held, held.undone ? 'ignored no more' : 'ignored from now on') };
  },
};

function show({ checkpoint, projects }: HeldResult, what: string): string {
  const lines = projects.map(({ project, projectId, permissionIds }) => {
    const ids = permissionIds.length === 0 ? '' : ` (${permissionIds.join(', ')})`;
    return `  ${project ?? projectId}${ids}  ${what}`;
  });
  return `${[checkpoint, ...lines].join('\n')}\n`;
}
