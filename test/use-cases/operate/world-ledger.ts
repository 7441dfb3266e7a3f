import type fc from 'fast-check';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import { T0 } from '../../builders/checkpoints.ts';
import type { worlds } from '../../core/policy/worlds.ts';
import { createInMemoryLedger, type InMemoryLedger } from '../../in-memory/ledger.ts';
import { aJobRecord } from './ask.ts';

type World = typeof worlds extends fc.Arbitrary<infer Value> ? Value : never;

/** A ledger with a world in it. */
export async function ledgerOf({ jobs, records, paused }: World): Promise<InMemoryLedger> {
  const ledger = createInMemoryLedger();
  for (const job of jobs) await ledger.saveJob({ ...aJobRecord(), ...job });
  for (const record of records) await ledger.saveCheckpoint(record, { ...record, permissions: {} });
  const words = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { at: T0, by: null, why: null }]));
  const { rules, sources } = paused;
  await changeState(ledger, 'pause', (pause) => ({ ...pause, rules: words(rules), sources: words(sources) }));
  return ledger;
}
