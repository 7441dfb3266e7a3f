import { otherEvent } from '../../core/events/checkpoint-event.ts';
import type { WaitingPlan } from '../../core/model/system-state.ts';
import { confirmationOf, type Word } from '../../core/plan/confirmation.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import { policyDigest } from '../../core/policy/policy.ts';
import { changeState } from '../change-state.ts';
import type { CommandDeps } from './deps.ts';
import { toIso } from './iso-time.ts';

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

/** Why a word that was given before does not let the plan through, a sentence; null where none was given. */
export function explainWord(word: Word): string | null {
  switch (word.kind) {
    case 'void': {
      const { id, at, why } = word;
      return `What was confirmed as ${id} ${VOID[why]} (${toIso(at)}).`;
    }
    case 'beyond':
      return word.by === null
        ? `What was confirmed as ${word.id} is another plan.`
        : `The plan has grown by ${word.by} since ${word.id} was confirmed.`;
    default:
      return null;
  }
}

const VOID = {
  'used-up': 'was carried out: a confirmation is for one plan, once',
  'policy-changed': 'was confirmed for another policy, and is void since it changed',
  expired: 'has expired: a confirmation holds for 24 hours',
} as const;
