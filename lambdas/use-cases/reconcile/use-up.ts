import { usedUp } from '../../core/plan/confirmation.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { changeState } from '../change.ts';

/**
 * The plan is carried out but for what waits: where nothing does, the word that let it through is used up. Should the same
 * come again, it takes another.
 */
export async function useUp(
  ledger: Pick<Ledger, 'getState' | 'saveState'>,
  { id, revoking, word }: Pick<LedgerPlan, 'id' | 'revoking' | 'word'>,
  now: number,
): Promise<void> {
  if (id === null || revoking === 'waiting') return;
  await changeState(ledger, 'waitingPlan', (before) => {
    const state = word.kind === 'holds' ? usedUp(before, word.id, now) : before;
    return state.id === id ? { ...state, id: null } : state;
  });
}
