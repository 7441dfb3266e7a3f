import { confirmAbsence, type HeldAbsences, lookAtOnce } from '../../core/checkpoint/absence.ts';
import { otherEvent } from '../../core/events/checkpoint-event.ts';
import type { WaitingPlan } from '../../core/model/system-state.ts';
import { CONFIRMED_FOR_MS, confirmationOf } from '../../core/plan/confirmation.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import { policyDigest } from '../../core/policy/policy.ts';
import { changeAsRead, changeState } from '../change.ts';
import type { Command, CommandDeps } from './deps.ts';
import { explainWord } from './describe-plan.ts';
import { gatherPlan } from './gather-plan.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';

/**
 * `confirm`: lets the plan that waits under this id through, and has a reconcile carry it out. What waits is decided by the
 * ledger as it is now: right after a deploy, no reconcile may have taken note of it yet. Or lets what has vanished at OpenAI,
 * and waits under this id, be believed to be gone.
 */
export const confirm: Command<'confirm'> = async (deps, { id }) => {
  const { ledgerPlan, absences } = await gatherPlan(deps);
  if (absences?.id === id) return believeAbsence(deps, absences, ledgerPlan.tracked);
  if (ledgerPlan.id !== id) throw isAnother(id, ledgerPlan);
  const { revocations, tracked, revoking } = ledgerPlan;
  if (revoking === 'waiting') await takeWord(deps, ledgerPlan);
  await deps.reconciler.start({ verifyAll: false, askedAt: deps.now() });
  return { id, revocations: revocations.length, tracked };
};

/** Just so many permissions may be gone; all are looked at once more before any is taken for that. */
async function believeAbsence(deps: CommandDeps, absences: HeldAbsences, tracked: number) {
  const { ledger, now, author, requestId, reconciler, log } = deps;
  const { id, checkpoints, permissions } = absences;
  const note = `${permissions} of ${tracked} tracked permissions, of ${checkpoints} checkpoints, are gone at OpenAI, under the id ${id}`;
  const event = otherEvent('confirmed', note, author, now(), requestId);
  const until = now() + CONFIRMED_FOR_MS;
  await changeState(ledger, 'absences', (state) => confirmAbsence(state, permissions, until), event);
  for (const record of absences.records) {
    await changeAsRead(ledger, record, (current) => lookAtOnce(current, now()));
  }
  log.info('Absence confirmed', { absenceId: id, checkpoints, permissions });
  await reconciler.start({ verifyAll: false, askedAt: now() });
  return { id, absent: permissions, tracked };
}

function isAnother(id: string, plan: LedgerPlan): BadRequestError {
  const why = explainWord(plan.word);
  const because = why === null ? '' : ` ${why}`;
  if (plan.revoking !== 'waiting') {
    return new BadRequestError(
      `No plan waits for confirmation, under ${quoted(id)} or another id.${because}`,
      'Run ckpt plan.',
    );
  }
  return new BadRequestError(
    `The plan that waits for confirmation is ${plan.id}, not ${quoted(id)}: it revokes ${plan.revocations.length} of ${plan.tracked} tracked permissions.${because}`,
    'Run ckpt plan, and look at what it revokes, before you confirm it.',
  );
}

/** Takes a person's word for what this plan revokes, so that what is cut short goes on without another one. */
export async function takeWord(deps: CommandDeps, plan: LedgerPlan): Promise<void> {
  const { policy, ledger, now, log, author, requestId } = deps;
  const { revocations: toRevoke, tracked } = plan;
  const confirmation = confirmationOf(toRevoke, policyDigest(policy), now());
  const { id } = confirmation;
  const revocations = toRevoke.length;
  const note = `${revocations} of ${tracked} tracked permissions are to be revoked, under the id ${id}`;
  const change = (state: WaitingPlan): WaitingPlan => {
    const since = state.id === id ? state.since : now();
    return { ...state, id, revocations, tracked, since, confirmedId: id, confirmation };
  };
  await changeState(ledger, 'waitingPlan', change, otherEvent('confirmed', note, author, now(), requestId));
  log.info('Plan confirmed', { planId: id, revocations, tracked });
}
