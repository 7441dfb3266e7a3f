import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { Process } from '../engine/process.ts';
import type { World } from '../world.ts';

/** The ledger as a function reaches it. */
export function ledgerFor({ ledger, sabotage }: World, process: Process): Ledger {
  const port = process.port('ledger', ledger);
  return sabotage.ledger?.(port) ?? port;
}
