import { z } from 'zod';
import { shownJob } from '../../../lambdas/shared/contract/jobs.ts';
import type { AdoptResult } from '../../../lambdas/shared/contract/operator.ts';
import { adoptResult } from '../../../lambdas/shared/contract/permissions.ts';
import { ask, type Patience, timeoutOption } from '../ask.ts';
import { CliError } from '../errors.ts';
import type { Answer, CliCommand, Session } from '../session.ts';
import { adoptedState, adoptState } from './adopt-state.ts';
import { showAdopted, showAdoptedState } from './adopted-text.ts';
import { collectProjects, readTarget, separate, type Target } from './targets.ts';

const document = z
  .union([adoptResult, shownJob, adoptedState])
  .describe('What was adopted: permissions of one checkpoint, a job, or all of a Terraform state.');

interface AdoptOptions extends Patience {
  readonly checkpoint?: string;
  readonly project?: readonly string[];
  readonly all?: true;
  readonly source?: string;
  readonly terraformState?: string;
}

const HELP = `
  ckpt adopt cp_… --checkpoint ft:…     one permission (without --checkpoint, the audit log is asked whose it is)
  ckpt adopt ft:… --all                 all permissions of a checkpoint
  ckpt adopt ft:…:proj_…                as Terraform's import has it
  ckpt adopt --terraform-state FILE     all that a state has, and what that provider has lost
  ckpt adopt ftjob-…                    a job: it is looked at now, and shared as the policy says

Each is looked at OpenAI before it is recorded; OpenAI keeps all as it is. FILE is a state file, what "terraform show -json"
prints, or - for standard input. That provider keeps the id of one permission of several made at once: the others, made in
the same second, are adopted with it; with --all, whatever else its checkpoints have.`;

export const adopt: CliCommand<AdoptOptions> = {
  document,
  define: (program) =>
    timeoutOption(
      program
        .command('adopt')
        .description('start to track permissions that are at OpenAI already, or a job')
        .argument('[target...]', 'ft:…, cp_…, ft:…:TARGET or ftjob-…')
        .option('--checkpoint <ft>', 'the checkpoint that the permission is for')
        .option('--project <project...>', 'only those of these projects: aliases or proj_ ids', collectProjects)
        .option('--all', 'all permissions of the checkpoint')
        .option('--source <alias>', 'the source project of the job')
        .option('--terraform-state <file>', 'all openai_fine_tuning_checkpoint_permission of a Terraform state')
        .addHelpText('after', HELP),
    ),

  async run(session, options, given): Promise<Answer> {
    const { timeout, terraformState, source } = options;
    const { args, projects } = separate(given, options.project);
    if (terraformState !== undefined) {
      if (args.length > 0 || projects.length > 0) throw unclear('A state file says itself what there is to adopt.');
      const adopted = await adoptState(session, terraformState, { all: options.all === true, timeoutMs: timeout });
      return {
        document: adopted,
        text: () => showAdoptedState(adopted),
        exitCode: adopted.failed.length === 0 ? 0 : 1,
      };
    }
    const words = options.checkpoint === undefined ? args : [...args, options.checkpoint];
    const targets = words.map(readTarget);
    const [first] = targets;
    if (first?.kind === 'job' && targets.length === 1) return adoptJob(session, first.jobId, source ?? null, timeout);
    const named = merge(targets, projects);
    const request = { command: 'adopt', ...named, all: options.all === true, madeTogether: false } as const;
    const result = await ask(session, request, { timeoutMs: timeout });
    return answerOf(result);
  },
};

async function adoptJob(session: Session, jobId: string, source: string | null, timeoutMs: number): Promise<Answer> {
  const job = await ask(session, { command: 'adopt-job', jobId, source }, { timeoutMs });
  const note = job.note === null ? '' : ` ${job.note}.`;
  const text = `${jobId} of ${job.source} is ${job.status}, with ${job.checkpoints.length} checkpoints.${note}\nSee "ckpt checkpoints ${jobId}".\n`;
  return { document: job, text: () => text };
}

function answerOf(result: AdoptResult): Answer {
  return { document: result, text: () => showAdopted(result), exitCode: result.missing.length === 0 ? 0 : 1 };
}

/** All of one checkpoint; whose a permission alone is, the operator finds out. */
function merge(targets: readonly Target[], projects: readonly string[]) {
  const checkpoints = new Set(
    targets.flatMap((each) => ('checkpoint' in each && each.checkpoint ? [each.checkpoint] : [])),
  );
  if (targets.length === 0) throw unclear('Nothing was named.');
  if (checkpoints.size > 1) throw unclear('One checkpoint at a time.');
  if (targets.some(({ kind }) => kind === 'job')) throw unclear('A job is adopted by itself.');
  const pairs = targets.flatMap((each) => (each.kind === 'pair' ? [each.target] : []));
  const ids = targets.flatMap((each) => (each.kind === 'permission' ? [each.permissionId] : []));
  return {
    checkpoint: [...checkpoints][0] ?? null,
    permissionIds: [...ids, ...pairs.filter(isPermissionId)],
    projects: [...projects, ...pairs.filter((target) => !isPermissionId(target))],
  };
}

function isPermissionId(text: string): boolean {
  return text.startsWith('cp_');
}

function unclear(message: string): CliError {
  return new CliError({
    name: 'TargetError',
    message,
    next: 'See "ckpt adopt --help" for what can be adopted, and how.',
  });
}
