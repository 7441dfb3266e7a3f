import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { Sabotage } from './sabotage.ts';

const NEVER = Date.UTC(2100, 0);

/** The rules of what a sweep looks at, and of what a full pass leaves. */
export const SABOTAGES_OF_FULL_PASS: Readonly<Record<string, Sabotage>> = {
  'no-daily-pass': {
    without: 'A change that left no trace is found by the daily look at all there is',
    reconcileLedger: (ledger) => ({
      ...ledger,
      getState: async (name) => {
        const state = await ledger.getState(name);
        return state && 'nextAt' in state ? { ...state, nextAt: NEVER } : state;
      },
    }),
  },
  'judged-by-page': {
    without: 'The guard judges the whole of a full pass that goes page by page',
    reconcileLedger: (ledger) => ({
      ...ledger,
      // What is carried out is read one by one, what is judged without a limit.
      listAside: async (pass, cursor, limit) => {
        const page = await ledger.listAside(pass, cursor, limit ?? 1);
        return limit === undefined ? { ...page, cursor: null } : page;
      },
    }),
  },
  'counted-once': {
    without: 'Each full pass counts anew',
    reconcileLedger: (ledger) => ({ ...ledger, saveState: savingFirstTally(ledger) }),
  },
};

function savingFirstTally(ledger: Ledger): Ledger['saveState'] {
  return async (name, state, event) => {
    const before = await ledger.getState('count');
    if (!('counted' in state) || !before || before.at === state.at) return ledger.saveState(name, state, event);
    const counted = { ...state.counted, tally: before.counted.tally };
    return ledger.saveState(name, { ...state, counted }, event);
  };
}
