import type { CommandName, OperatorAnswer } from '../../shared/contract/operator.ts';
import { adopt } from './adopt.ts';
import { adoptJob } from './adopt-job.ts';
import { apply } from './apply.ts';
import { confirm } from './confirm.ts';
import type { Command, CommandDeps, OperateDeps } from './deps.ts';
import { doctor } from './doctor/doctor.ts';
import { events } from './events.ts';
import { explain } from './explain.ts';
import { forgetJob } from './forget-job.ts';
import { forget, ignore } from './hold.ts';
import { jobs } from './jobs.ts';
import { list } from './list.ts';
import { modelAccess } from './model-access.ts';
import { pause, resume } from './pause.ts';
import { plan } from './plan.ts';
import { toRefusal } from './problem.ts';
import { progress, reconcile } from './progress.ts';
import { type Fields, isCommand, notUnderstood, quoted, readFields, readRequest, refuseKeys } from './read-request.ts';
import { redrive } from './redrive.ts';
import { revoke } from './revoke.ts';
import { settling } from './settling.ts';
import { repair, share } from './share.ts';
import { show } from './show.ts';
import { status, version } from './status.ts';
import { webhookSign } from './webhook-sign.ts';
import { webhookVerify } from './webhook-verify.ts';

const COMMANDS: { readonly [Name in CommandName]: Command<Name> } = {
  list,
  status,
  version,
  plan,
  apply,
  confirm,
  reconcile,
  progress,
  repair,
  show,
  explain,
  jobs,
  events,
  share,
  revoke,
  adopt,
  forget,
  ignore,
  'adopt-job': adoptJob,
  'forget-job': forgetJob,
  settling,
  pause,
  resume,
  redrive,
  'model-access': modelAccess,
  doctor,
  'webhook-sign': webhookSign,
  'webhook-verify': webhookVerify,
};

/**
 * Carries out what a person asks: `{ command, … }`. Errors are answers with the next step; one that nobody foresaw is
 * logged whole and answered without its text. `requestId` is where its log is found.
 */
export function createOperator(deps: OperateDeps): (payload: unknown, requestId: string) => Promise<OperatorAnswer> {
  return async (payload, requestId) => {
    try {
      const fields = readFields(payload);
      refuseKeys(JSON.stringify(fields));
      const { command, by, ...asked } = fields;
      if (!isCommand(command)) throw notUnderstood(`the command ${quoted(String(command))}`);
      const author = { actor: readAsker(by), plan: null };
      deps.log.info('Command', { command, ...author });
      const named = { ...deps, author, requestId, ledger: deps.ledgerAs(author) };
      return { ok: true, result: await carryOut(command, named, asked) };
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal !== undefined) {
        deps.log.warn('Command not carried out', { reason: refusal.error.message });
        return refusal;
      }
      deps.log.error('Command failed', { error });
      return { ok: false, error: unforeseen(error, requestId) };
    }
  };
}

function carryOut<Name extends CommandName>(command: Name, deps: CommandDeps, fields: Fields): Promise<unknown> {
  const run: Command<Name> = COMMANDS[command];
  return run(deps, readRequest(command, fields));
}

/** Who asks, as they told it: for the record, nothing is decided by it. */
function readAsker(by: unknown): string {
  const text = typeof by === 'string' ? by.replace(/[^ -~]+/g, '?').slice(0, 200) : '';
  return text === '' ? 'a person' : text;
}

function unforeseen(error: unknown, requestId: string) {
  const name = error instanceof Error ? error.name : 'Error';
  return {
    name,
    message: `The operator function could not do it (${name}).`,
    next: `Its log says more, under the request id ${requestId}.`,
  };
}
