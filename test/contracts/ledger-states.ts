import { expect, it } from 'vitest';
import type { ReconcileState, WaitingPlan } from '../../lambdas/core/model/system-state.ts';
import { NOT_PAUSED, type Pause } from '../../lambdas/core/pause/pause.ts';
import { T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';

const RECONCILE: ReconcileState = { version: 0, startedAt: T0, endedAt: null, verifiedAllAt: null, error: null };
const PLAN: WaitingPlan = { version: 0, id: 'a1b2', revocations: 9, tracked: 20, since: T0, confirmedId: null };

export function stateRules(makeLedger: MakeLedger): void {
  it('is read as it was stored, one version on, each under its own name', async () => {
    const ledger = await makeLedger();
    expect(await ledger.getState('reconcile')).toBeUndefined();
    expect(await ledger.saveState('reconcile', RECONCILE)).toBe(true);
    expect(await ledger.getState('waitingPlan')).toBeUndefined();
    expect(await ledger.saveState('waitingPlan', PLAN)).toBe(true);
    expect(await ledger.getState('reconcile')).toEqual({ ...RECONCILE, version: 1 });
    expect(await ledger.getState('waitingPlan')).toEqual({ ...PLAN, version: 1 });
  });

  it('keeps a pause with its reasons, under whatever names rules and sources have', async () => {
    const ledger = await makeLedger();
    const word = { at: T0, by: 'jane', why: 'an "audit"' };
    const pause: Pause = { ...NOT_PAUSED, rules: { 'a rule: {ü}': word, constructor: word }, sources: { lab: word } };
    expect(await ledger.saveState('pause', pause)).toBe(true);
    expect(await ledger.getState('pause')).toEqual({ ...pause, version: 1 });
  });

  it('decided on an older version changes nothing: a confirmed plan is not confirmed away', async () => {
    const ledger = await makeLedger();
    await ledger.saveState('waitingPlan', PLAN);
    expect(await ledger.saveState('waitingPlan', { ...PLAN, version: 1, confirmedId: 'a1b2' })).toBe(true);
    expect(await ledger.saveState('waitingPlan', { ...PLAN, version: 1, id: null })).toBe(false);
    expect(await ledger.getState('waitingPlan')).toMatchObject({ version: 2, id: 'a1b2', confirmedId: 'a1b2' });
  });
}
