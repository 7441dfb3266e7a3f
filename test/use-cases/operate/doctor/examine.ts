import { newSweep } from '../../../../lambdas/core/model/sweep.ts';
import type { Finding } from '../../../../lambdas/shared/contract/operator.ts';
import { changeState } from '../../../../lambdas/use-cases/change.ts';
import type { OperateDeps } from '../../../../lambdas/use-cases/operate/deps.ts';
import { createInMemoryLedger } from '../../../in-memory/ledger.ts';
import { ask, NOW, operatorDeps } from '../ask.ts';

/** A ledger in which a reconcile has run well and a webhook has come, and in which there is nothing else. */
export async function wellLedger() {
  const ledger = createInMemoryLedger();
  await changeState(ledger, 'reconcile', (state) => ({ ...state, startedAt: NOW - 60_000, endedAt: NOW - 50_000 }));
  await ledger.touchSource('research', { lastWebhookAt: NOW - 3 * 3_600_000 });
  await ledger.saveSweep({ ...newSweep('research'), sweptAt: NOW - 55_000 });
  const look = { at: NOW - 3_600_000, problem: null, keys: [], isHeldListed: true };
  await changeState(ledger, 'keyWatch', (watch) => ({ ...watch, looks: { proj_RESEARCH: look } }));
  return ledger;
}

/** The findings of these checks, all unless told. */
export async function examine(parts: Partial<OperateDeps>, ...only: readonly string[]): Promise<readonly Finding[]> {
  return (await ask(operatorDeps(parts), { command: 'doctor', only })).findings;
}

/** As `check: state`. */
export function statesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ check, state }) => `${check}: ${state}`);
}
