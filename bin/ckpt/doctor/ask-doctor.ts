import type { Checked, Finding } from '../../../lambdas/shared/contract/operator.ts';
import { waitFor } from '../ask-patiently.ts';
import type { Session } from '../session.ts';

/** What the operator function has found, and between which times of this machine it was asked first and answered. */
export interface Asked {
  readonly checked: Checked;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Has everything checked; what waits for a slot of the admin API is asked for again while there is time. */
export async function askDoctor(session: Session, timeoutMs: number): Promise<Asked> {
  const askedAt = session.now();
  let checked = await session.operator.ask({ command: 'doctor', only: [] });
  const answeredAt = session.now();
  for (;;) {
    const waiting = checked.findings.filter(({ state }) => state === 'waiting');
    const waitMs = 1_000 * Math.max(1, Math.min(...waiting.map(({ retryAfterSeconds }) => retryAfterSeconds ?? 1)));
    if (waiting.length === 0 || session.now() + waitMs > askedAt + timeoutMs) return { checked, askedAt, answeredAt };
    const only = waiting.map(({ check }) => check);
    await waitFor(session, waitMs, `Not checked yet: ${only.join(', ')}; each takes an admin call.`);
    const again = await session.operator.ask({ command: 'doctor', only });
    checked = { ...checked, findings: replaced(checked.findings, again.findings) };
  }
}

/** The findings in their order, with those of the same check that were made anew in place of the old ones. */
function replaced(before: readonly Finding[], anew: readonly Finding[]): readonly Finding[] {
  const byCheck = Map.groupBy(anew, ({ check }) => check);
  return before.flatMap((finding) => byCheck.get(finding.check) ?? [finding]);
}
