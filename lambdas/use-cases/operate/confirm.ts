import { otherEvent } from '../../core/events/checkpoint-event.ts';
import type { WaitingPlan } from '../../core/model/system-state.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import { changeState } from '../change-state.ts';
import type { OperatorCommand } from './command.ts';
import { gatherPlan } from './gather-plan.ts';
import { allowOnly, quoted, readText } from './payload.ts';
import { BadRequestError } from './problem.ts';

/**
 * `confirm`: lets the plan that waits under this id through, and has a reconcile carry it out. What waits is decided by the
 * ledger as it is now: right after a deploy, no reconcile may have taken note of it yet.
 */
export const confirm: OperatorCommand<'confirm'> = {
  parse(fields) {
    allowOnly(fields, ['command', 'id']);
    return { command: 'confirm', id: readText(fields, 'id') };
  },

  async run(deps, { id }) {
    const { ledger, reconciler, now, log, author, requestId } = deps;
    const { ledgerPlan } = await gatherPlan(deps);
    if (ledgerPlan.id !== id) throw isAnother(id, ledgerPlan);
    const { revocations, tracked, revoking } = ledgerPlan;
    if (revoking === 'waiting') {
      const note = `${revocations.length} of ${tracked} tracked permissions are to be revoked, under the id ${id}`;
      const change = (state: WaitingPlan): WaitingPlan => {
        const since = state.id === id ? state.since : now();
        return { ...state, id, revocations: revocations.length, tracked, since, confirmedId: id };
      };
      await changeState(ledger, 'waitingPlan', change, otherEvent('confirmed', note, author, now(), requestId));
      log.info('Plan confirmed', { planId: id, revocations: revocations.length, tracked });
    }
    await reconciler.start({ verifyAll: false, askedAt: now() });
    return { id, revocations: revocations.length, tracked };
  },
};

function isAnother(id: string, plan: LedgerPlan): BadRequestError {
  if (plan.id === null || plan.revoking !== 'waiting') {
    return new BadRequestError(`No plan waits for confirmation, under ${quoted(id)} or another id.`, 'Run ckpt plan.');
  }
  return new BadRequestError(
    `The plan that waits for confirmation is ${plan.id}, not ${quoted(id)}: it revokes ${plan.revocations.length} of ${plan.tracked} tracked permissions.`,
    'Run ckpt plan, and look at what it revokes, before you confirm it.',
  );
}
