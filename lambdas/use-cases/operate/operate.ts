import type { CommandName, OperatorAnswer } from '../../shared/contract/operator.ts';
import { apply } from './apply.ts';
import type { OperatorCommand } from './command.ts';
import { confirm } from './confirm.ts';
import type { OperateDeps } from './deps.ts';
import { list } from './list.ts';
import { notUnderstood, quoted, readFields } from './payload.ts';
import { plan } from './plan.ts';
import { toProblem } from './problem.ts';
import { progress } from './progress.ts';
import { reconcile } from './reconcile.ts';
import { repair } from './repair.ts';
import { status } from './status.ts';

const COMMANDS: { readonly [Name in CommandName]: OperatorCommand<Name> } = {
  list,
  status,
  plan,
  apply,
  confirm,
  reconcile,
  progress,
  repair,
};

/**
 * Carries out what a person asks: `{ command, … }`. Errors are answers with the next step; one that nobody foresaw is
 * logged whole and answered without its text. `requestId` is where its log is found.
 */
export function createOperator(deps: OperateDeps): (payload: unknown, requestId: string) => Promise<OperatorAnswer> {
  return async (payload, requestId) => {
    try {
      const fields = readFields(payload, 'The request');
      const { command } = fields;
      if (!isCommand(command)) throw notUnderstood(`the command ${quoted(String(command))}`);
      deps.log.info('Command', { command });
      return { ok: true, result: await carryOut(COMMANDS[command], deps, fields) };
    } catch (error) {
      const problem = toProblem(error);
      if (problem !== undefined) {
        deps.log.warn('Command not carried out', { reason: problem.message });
        return { ok: false, error: problem };
      }
      deps.log.error('Command failed', { error });
      return { ok: false, error: unforeseen(error, requestId) };
    }
  };
}

function carryOut<Name extends CommandName>(
  command: OperatorCommand<Name>,
  deps: OperateDeps,
  fields: ReturnType<typeof readFields>,
): Promise<unknown> {
  return command.run(deps, command.parse(fields));
}

function isCommand(value: unknown): value is CommandName {
  return typeof value === 'string' && Object.hasOwn(COMMANDS, value);
}

function unforeseen(error: unknown, requestId: string) {
  const name = error instanceof Error ? error.name : 'Error';
  return {
    name,
    message: `The operator function could not do it (${name}).`,
    next: `Its log says more, under the request id ${requestId}.`,
  };
}
