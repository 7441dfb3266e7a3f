import { expect, it } from 'vitest';
import { newModel } from '../../lambdas/core/model/openai-model.ts';
import { MODEL, T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';

const BASE = {
  ...newModel('gpt-4o-mini-2024-07-18'),
  shutdownDate: '2027-01-14',
  note: null,
  askAgainAt: T0,
  announced: { '2027-01-14': 90 },
};

export function modelRules(makeLedger: MakeLedger): void {
  it('a model is listed as it was stored, one version on', async () => {
    const ledger = await makeLedger();
    expect(await ledger.listModels(null)).toEqual({ items: [], cursor: null });
    expect(await ledger.saveModel(BASE)).toBe(true);
    expect(await ledger.saveModel(newModel(MODEL))).toBe(true);
    expect((await ledger.listModels(null)).items).toEqual([
      { ...newModel(MODEL), version: 1 },
      { ...BASE, version: 1 },
    ]);
  });

  it('a model decided on an older version changes nothing', async () => {
    const ledger = await makeLedger();
    await ledger.saveModel(BASE);
    expect(await ledger.saveModel({ ...BASE, note: 'late' })).toBe(false);
    expect(await ledger.saveModel({ ...BASE, version: 1, note: 'next' })).toBe(true);
    expect((await ledger.listModels(null)).items).toEqual([{ ...BASE, version: 2, note: 'next' }]);
  });

  it('of ten who warn of the same at once exactly one writes it', async () => {
    const ledger = await makeLedger();
    const stood = await Promise.all(Array.from({ length: 10 }, () => ledger.saveModel(BASE)));
    expect(stood.filter(Boolean)).toHaveLength(1);
  });
}
