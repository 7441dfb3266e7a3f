import { bytesOf } from '../../../lambdas/core/model/bytes.ts';
import {
  foreignNote,
  JOB_ID,
  MAX_CHECKPOINT_BYTES,
  PROJECT_ID,
  parseCheckpointName,
} from '../../../lambdas/core/model/ids.ts';
import { ALIAS } from '../../../lambdas/core/policy/references.ts';
import { firstInvisible, lookAlike } from '../../../lambdas/core/text/characters.ts';
import { CliError } from '../errors.ts';
import { hasKey, isKey, keyPasted } from '../pasted-key.ts';

/** What a word on the command line names. */
export type Target =
  | { readonly kind: 'checkpoint'; readonly checkpoint: string }
  /** Of which checkpoint is not known. */
  | { readonly kind: 'permission'; readonly permissionId: string; readonly checkpoint: null }
  /** As Terraform's import has it; `target` is an alias, a `proj_…` or a `cp_…`. */
  | { readonly kind: 'pair'; readonly checkpoint: string; readonly target: string }
  | { readonly kind: 'job'; readonly jobId: string };

const PERMISSION_ID = /^cp_[A-Za-z0-9_-]+$/;

/**
 * Reads `ft:…`, `ft:…:TARGET`, `cp_…` or `ftjob-…`; throws `CliError` for anything else. A word that is a checkpoint as
 * a whole is one, also where `ckpt-step-5` could be somebody's alias.
 */
export function readTarget(word: string): Target {
  if (parseCheckpointName(word)) return { kind: 'checkpoint', checkpoint: word };
  const colon = word.lastIndexOf(':');
  const head = word.slice(0, Math.max(colon, 0));
  if (parseCheckpointName(head)) return { kind: 'pair', checkpoint: head, target: readPairTarget(word, colon + 1) };
  if (PERMISSION_ID.test(word)) return { kind: 'permission', permissionId: word, checkpoint: null };
  if (JOB_ID.test(word)) return { kind: 'job', jobId: word };
  if (hasKey(word)) throw keyPasted();
  if (word.startsWith('ft:') && bytesOf(word) > MAX_CHECKPOINT_BYTES) throw tooLong(word);
  throw word.startsWith('ftckpt_') ? ownId(word) : unreadable(word);
}

function readPairTarget(word: string, at: number): string {
  const target = word.slice(at);
  if (isProject(target) || PERMISSION_ID.test(target)) return target;
  if (hasKey(target)) throw keyPasted();
  throw new CliError({
    name: 'TargetError',
    message: `"${word}" names a checkpoint, but what follows its last colon is no project and no permission.`,
    next: 'Write an alias, a project id (proj_…) or a permission id (cp_…) there.',
  });
}

function tooLong(word: string): CliError {
  return new CliError({
    name: 'TargetError',
    message: `"${word.slice(0, 60)}…" has ${bytesOf(word)} bytes: a checkpoint's name has at most ${MAX_CHECKPOINT_BYTES}.`,
    next: 'Write its model id as OpenAI shows it: "ckpt checkpoints JOB" shows those of a job.',
  });
}

function ownId(word: string): CliError {
  return new CliError({
    name: 'CheckpointIdError',
    message: `"${word}" is the checkpoint's own id, on which OpenAI's permission API fails: it wants the model id, ft:….`,
    next: 'Run "ckpt checkpoints JOB" to see the model ids of a job.',
  });
}

function unreadable(word: string): CliError {
  return new CliError({
    name: 'TargetError',
    message: `"${word}" names no checkpoint, permission or job.${/ft:|cp_|ftjob-/.test(word) ? foreignNote(word) : ''}`,
    next: 'Write a model id (ft:BASE:ORG:SUFFIX:ID, with :ckpt-step-N for an intermediate one), a permission id (cp_…), a model id with its target (ft:…:TARGET) or a job id (ftjob-…).',
  });
}

/**
 * For commander's `argParser` of `--to <project...>` and its like: collects projects that are repeated, joined by commas,
 * or both, each once. Throws `CliError` for what is no alias and no `proj_…`, but keeps words that look like a target:
 * a variadic option takes those that follow it, too, and only the command can tell (`separate`).
 */
export function collectProjects(value: string, before: readonly string[] = []): readonly string[] {
  if (looksLikeTarget(value)) return [...before, value];
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw noProject(value);
  for (const name of names) if (!isProject(name)) throw hasKey(name) ? keyPasted() : noProject(name);
  return [...new Set([...before, ...names])];
}

/**
 * Gives back what a variadic option took from the arguments: `ckpt share --to prod-eu prod-us ft:…`. The arguments keep
 * their order, and those given back follow them in theirs; `projects` may be left empty.
 */
export function separate(
  args: readonly string[],
  projects: readonly string[] = [],
): { readonly args: readonly string[]; readonly projects: readonly string[] } {
  return {
    args: [...args, ...projects.filter(looksLikeTarget)],
    projects: projects.filter((word) => !looksLikeTarget(word)),
  };
}

function isProject(word: string): boolean {
  return PROJECT_ID.test(word) || (ALIAS.test(word) && !isKey(word));
}

function looksLikeTarget(word: string): boolean {
  return word.includes(':') || /^(?:cp_|ftjob[-_]|ftckpt_)/.test(word);
}

function noProject(word: string): CliError {
  // Else it looks right.
  const isDeceptive = firstInvisible(word) !== undefined || lookAlike(word) !== undefined;
  return new CliError({
    name: 'ProjectError',
    message: `"${word}" is no project.${isDeceptive ? foreignNote(word) : ''}`,
    next: 'Write an alias (small letters, digits and hyphens) or a project id (proj_…), more than one with commas or spaces between them.',
  });
}
