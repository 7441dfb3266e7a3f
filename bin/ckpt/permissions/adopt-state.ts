import { z } from 'zod';
import type { AdoptResult } from '../../../lambdas/shared/contract/operator.ts';
import { jobId, type Told } from '../../../lambdas/shared/contract/parts.ts';
import { adoptResult } from '../../../lambdas/shared/contract/permissions.ts';
import { ask } from '../ask.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import { groupByCheckpoint } from '../terraform/group-by-checkpoint.ts';
import { readStateFile } from '../terraform/read-state-file.ts';

/** What `ckpt adopt --terraform-state FILE --json` prints. */
export const adoptedState = z
  .strictObject({
    checkpoints: z.array(adoptResult).describe('What came of each checkpoint.'),
    failed: z
      .array(
        z.strictObject({
          what: z.string().describe('A checkpoint, a permission id, or an address in the state.'),
          message: z.string().describe('Why, a whole sentence.'),
          next: z.string().nullable().describe('What to do about it; null where there is nothing to be done.'),
        }),
      )
      .describe('What was in the state and could not be adopted.'),
    jobIds: z.array(jobId).describe('Jobs that the state has, too: each may be adopted by itself.'),
  })
  .describe('With --terraform-state: all that it holds.');
export type AdoptedState = Told<typeof adoptedState>;

/** The key is of no use: it would be for none of the others either. */
const FOR_ALL = ['BadCredentialsError', 'MissingScopeError', 'SecretUnusableError', 'NoSlotError', 'AccessDeniedError'];

/**
 * Adopts every permission of a Terraform state, and what its provider has lost: one look at OpenAI a checkpoint shows what was
 * made together with what the provider has kept, and all that the projects of the state have. Every checkpoint is recorded by itself, so that it may be broken off and begun
 * again; what is tracked already costs no call.
 */
export async function adoptState(
  session: Session,
  file: string,
  { all, timeoutMs }: { readonly all: boolean; readonly timeoutMs: number },
): Promise<AdoptedState> {
  const state = await readStateFile(file);
  const { checkpoints, orphanIds } = groupByCheckpoint(state);
  const failed: AdoptedState['failed'][number][] = state.problems.map(({ address, message }) => {
    return { what: address, message, next: null };
  });
  const adopted: AdoptResult[] = [];
  const orders = [
    ...checkpoints.map(({ checkpoint, permissionIds, projectIds }) => {
      return { what: checkpoint, checkpoint, permissionIds, projects: projectIds };
    }),
    ...orphanIds.map((id) => ({ what: id, checkpoint: null, permissionIds: [id], projects: [] })),
  ];
  for (const [index, { what, ...order }] of orders.entries()) {
    if (session.terminal.watched) session.terminal.err(`${index + 1} of ${orders.length}: ${what}\n`);
    try {
      const isAll = all && order.checkpoint !== null;
      const request = { command: 'adopt', ...order, all: isAll, madeTogether: true } as const;
      const result = await ask(session, request, { timeoutMs });
      adopted.push(result);
      for (const name of result.missing) failed.push({ what, message: `${name} is not at OpenAI.`, next: GONE });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (FOR_ALL.includes(error.name)) throw brokenOff(error, index, orders.length);
      failed.push({ what, message: error.message, next: error.next });
    }
  }
  return { checkpoints: adopted, failed, jobIds: state.jobIds };
}

const GONE = 'It was deleted there; "ckpt share" grants it again.';

function brokenOff(error: CliError, done: number, all: number): CliError {
  const next = `${error.next} Then run it again: ${done} of ${all} are done, and cost no call any more.`;
  return new CliError({ name: error.name, message: error.message, next }, { cause: error });
}
