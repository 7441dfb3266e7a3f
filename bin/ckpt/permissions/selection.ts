import type { Command } from 'commander';
import type { Selection } from '../../../lambdas/shared/contract/operator.ts';
import { CliError } from '../errors.ts';
import { collectProjects, readTarget, separate, type Target } from './targets.ts';

/** How a person names permissions: a target, and projects that narrow it. */
export interface SelectionOptions {
  readonly project?: readonly string[];
  readonly permission?: string;
  readonly all?: true;
}

/** Adds the argument and options of a selection. */
export function selectionOptions(command: Command): Command {
  return command
    .argument('[target]', 'ft:… (a checkpoint), cp_… (a permission), or ft:…:TARGET as Terraform has it')
    .option('--project <project...>', 'only of these projects: aliases or proj_ ids', collectProjects)
    .option('--all', 'all of its permissions');
}

/** Reads them; throws `CliError`. Not for jobs. */
export function readSelection(
  command: string,
  { project, permission, all }: SelectionOptions,
  given: readonly string[],
): Selection {
  const { args, projects } = separate(given, project);
  const words = permission === undefined ? args : [...args, permission];
  const target = mergeTargets(words.map(readTarget), command);
  return { ...target, projects: [...target.projects, ...projects], all: all === true };
}

type Named = Pick<Selection, 'checkpoint' | 'permissionId' | 'projects'>;

/** A checkpoint and one of its permissions may be named together; two of a kind may not. */
function mergeTargets(targets: readonly Target[], command: string): Named {
  const checkpoints = targets.flatMap((target) =>
    'checkpoint' in target && target.checkpoint ? [target.checkpoint] : [],
  );
  const ids = targets.flatMap((target) => {
    if (target.kind === 'permission') return [target.permissionId];
    return target.kind === 'pair' && target.target.startsWith('cp_') ? [target.target] : [];
  });
  const isJob = targets.some(({ kind }) => kind === 'job');
  if (isJob || checkpoints.length > 1 || ids.length > 1 || targets.length === 0) throw unclear(command, targets.length);
  const projects = targets.flatMap((target) =>
    target.kind === 'pair' && !target.target.startsWith('cp_') ? [target.target] : [],
  );
  return { checkpoint: checkpoints[0] ?? null, permissionId: ids[0] ?? null, projects };
}

function unclear(command: string, count: number): CliError {
  return new CliError({
    name: 'TargetError',
    message: count === 0 ? 'Nothing was named.' : 'One checkpoint, or one permission, at a time.',
    next: `Write "ckpt ${command} ft:…" or "ckpt ${command} cp_…".`,
  });
}

/** The one checkpoint that was named; throws `CliError`. */
export function oneCheckpoint(args: readonly string[], command: string): string {
  const [word, ...others] = args;
  const target = word === undefined ? undefined : readTarget(word);
  if (target?.kind === 'checkpoint' && others.length === 0) return target.checkpoint;
  throw new CliError({
    name: 'TargetError',
    message: word === undefined ? 'No checkpoint was named.' : 'One checkpoint, by its model id, was expected.',
    next: `Write "ckpt ${command} ft:<base>:<org>:<suffix>:<id>".`,
  });
}
