import type { OperatorAnswer, OperatorCommandName } from '../../shared/contract/operator.ts';
import { adopt } from './adopt.ts';
import { adoptJob } from './adopt-job.ts';
import { apply } from './apply.ts';
import { confirm } from './confirm.ts';
import type { Command, OperateDeps } from './deps.ts';
import { createDispatcher } from './dispatch.ts';
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
import { progress, reconcile } from './progress.ts';
import { redrive } from './redrive.ts';
import { revoke } from './revoke.ts';
import { settling } from './settling.ts';
import { repair, share } from './share.ts';
import { show } from './show.ts';
import { status, version } from './status.ts';
import { webhookSign } from './webhook-sign.ts';
import { webhookVerify } from './webhook-verify.ts';

const COMMANDS: { readonly [Name in OperatorCommandName]: Command<Name> } = {
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

/** Carries out what a person asks of the operator function. */
export function createOperator(deps: OperateDeps): (payload: unknown, requestId: string) => Promise<OperatorAnswer> {
  return createDispatcher('operator', COMMANDS, deps);
}
