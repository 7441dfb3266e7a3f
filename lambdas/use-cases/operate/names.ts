import { bytesOf } from '../../core/model/bytes.ts';
import { foreignNote, JOB_ID, MAX_CHECKPOINT_BYTES, parseCheckpointName } from '../../core/model/ids.ts';
import { aliasOf, findProject, type Policy } from '../../core/policy/policy.ts';
import { checkFilter } from './list.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';

/** Throws where what was named is not the name of a checkpoint. */
export function expectCheckpoint(text: string): void {
  if (bytesOf(text) > MAX_CHECKPOINT_BYTES) {
    throw new BadRequestError(
      `${quoted(text)} has ${bytesOf(text)} bytes: a checkpoint's name has at most ${MAX_CHECKPOINT_BYTES}.`,
      'Write its model id as OpenAI shows it, ft:<base>:<org>:<suffix>:<id>.',
    );
  }
  if (parseCheckpointName(text) === undefined) throw noCheckpoint(text);
}

function noCheckpoint(text: string): BadRequestError {
  const isOwnId = text.startsWith('ftckpt_');
  return new BadRequestError(
    isOwnId
      ? `${quoted(text)} is the checkpoint's own id, on which OpenAI's permission API fails.`
      : `${quoted(text)} is no checkpoint.${foreignNote(text)}`,
    isOwnId
      ? 'Use the model id, ft:<base>:<org>:<suffix>:<id>: "ckpt checkpoints JOB" shows those of a job.'
      : 'Write its model id: ft:<base>:<org>:<suffix>:<id>, with :ckpt-step-<n> for an intermediate one.',
  );
}

/** Throws where what was named is not the id of a job. */
export function expectJobId(text: string): void {
  if (JOB_ID.test(text)) return;
  throw new BadRequestError(`${quoted(text)} is no job id.`, 'Write one as in ftjob-AbC123.');
}

/** The ledger has no such job. */
export function noJob(jobId: string): BadRequestError {
  return new BadRequestError(
    `The ledger has no job ${quoted(jobId)}.`,
    `See what there is with "ckpt jobs", or take it in with "ckpt adopt ${jobId.startsWith('ftjob-') ? jobId : 'ftjob-…'}".`,
  );
}

/** Project ids of aliases or ids, each once; throws `BadRequestError` for an alias that the policy does not have. */
export function projectIdsOf(policy: Policy, names: readonly string[]): readonly string[] {
  checkFilter({ project: names }, policy);
  return [...new Set(names.map((name) => findProject(policy, name)?.id ?? name))];
}

/** As a person calls it: its alias, or its id where it has none. */
export function nameOf(policy: Policy, projectId: string): string {
  return aliasOf(policy, projectId) ?? projectId;
}
