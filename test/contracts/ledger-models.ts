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
    expect(await ledger.getModel(MODEL)).toEqual({ ...newModel(MODEL), version: 1 });
    expect(await ledger.getModel('unheard-of')).toBeUndefined();
    expect((await ledger.listModels(null)).items).toEqual([
      { ...newModel(MODEL), version: 1 },
      { ...BASE, version: 1 },
    ]);
  });

  it('models are listed in the order of their names, as many as are asked for, from a name on that need not be one', async () => {
    const ledger = await makeLedger();
    for (const name of ['d', 'b', 'e']) await ledger.saveModel(newModel(name));
    const first = await ledger.listModels('c', 1);
    expect(first.items.map(({ model }) => model)).toEqual(['d']);
    expect(await ledger.listModels(first.cursor, 2)).toMatchObject({ items: [{ model: 'e' }], cursor: null });
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
