import type {
  CommandName,
  OperatorAnswer,
  OperatorRequest,
  Plan,
  Problem,
} from '../../../lambdas/shared/contract/operator.ts';
import { leavesTraces, type Operator } from '../aws/operator-function.ts';
import { toCliError } from '../errors.ts';
import { packOtherPolicy } from '../other-policy.ts';

/**
 * The commands of the operator function that the page may ask for. What only looks is always answered; what acts (a reconcile
 * that is started counts, too) with `--allow-changes` alone. A command that is not named here is refused, whatever comes to be.
 */
export const OFFERED_NAMES = [
  'list',
  'status',
  'version',
  'plan',
  'progress',
  'show',
  'explain',
  'jobs',
  'events',
  'settling',
  'doctor',
  'list-admin-keys',
  'list-project-keys',
  'apply',
  'confirm',
  'reconcile',
  'repair',
  'share',
  'revoke',
  'adopt',
  'forget',
  'ignore',
  'pause',
  'resume',
] as const satisfies readonly CommandName[];

export type OfferedName = (typeof OFFERED_NAMES)[number];

/** Asks the operator function what the page asks; what it refuses, or what went wrong, is an answer as well. */
export async function answer(
  operator: Pick<Operator, 'ask'>,
  name: string,
  fields: unknown,
  allowChanges: boolean,
): Promise<OperatorAnswer> {
  if (!OFFERED_NAMES.some((offered) => offered === name)) return refusal(NOT_OFFERED);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return refusal(NO_FIELDS);
  // The operator function says what is wrong with the fields, as it does to the command line.
  const request = { ...fields, command: name } as OperatorRequest;
  const acts = name === 'reconcile' || leavesTraces(request);
  if (acts && !allowChanges) return refusal(READ_ONLY);
  try {
    return { ok: true, result: await operator.ask(request) };
  } catch (error) {
    return failure(error);
  }
}

/** What of a policy file that is not deployed is answered to the page. */
export interface PlannedFile {
  readonly plan: Plan;
  /** What is no mistake in it, and probably not meant: a line each, with where it is. */
  readonly warnings: readonly string[];
}

/** What there would be to do if this policy file were deployed, as `ckpt plan FILE` asks it; its mistakes are an answer, too. */
export async function planOfFile(
  operator: Pick<Operator, 'ask'>,
  bytes: Uint8Array,
  file: string,
): Promise<OperatorAnswer<PlannedFile>> {
  try {
    let warnings: readonly string[] = [];
    const policy = packOtherPolicy(bytes, file, (text) => {
      warnings = text.split('\n');
    });
    return { ok: true, result: { plan: await operator.ask({ command: 'plan', policy }), warnings } };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): OperatorAnswer<never> {
  const { name, message, lines, next, retryAfterSeconds } = toCliError(error);
  const problem = { name, message: [message, ...lines].join('\n'), next };
  return { ok: false, error: problem, ...(retryAfterSeconds !== null && { retryAfterSeconds }) };
}

function refusal(error: Problem): OperatorAnswer {
  return { ok: false, error };
}

const NOT_OFFERED: Problem = {
  name: 'NotOfferedError',
  message: 'The page does not offer this command.',
  next: 'Run it on the command line: "ckpt --help" shows what there is.',
};

const NO_FIELDS: Problem = {
  name: 'BadRequestError',
  message: 'What is asked is no JSON object.',
  next: 'Send the fields of the command as one JSON object.',
};

const READ_ONLY: Problem = {
  name: 'ReadOnlyError',
  message: 'This page only looks: nothing was changed.',
  next: 'End "ckpt ui" and start it again with --allow-changes, or use the command line.',
};
