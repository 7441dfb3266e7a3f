import type { Checked, Finding } from '../../../lambdas/shared/contract/operator.ts';
import { type Asking, ask, waitUntil } from '../ask.ts';
import { showDuration } from '../text/times.ts';

/** What the operator function has found, and between which times of this machine it was asked first and answered. */
export interface Asked {
  readonly checked: Checked;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * Has everything checked, or what `first` names alone; what waits for a slot of the admin API is asked for again while there is
 * time. `soFar` is given what was found each time, what waits included.
 */
export async function askDoctor(
  session: Asking,
  timeoutMs: number,
  first: readonly string[] = [],
  soFar: (findings: readonly Finding[]) => void = () => undefined,
): Promise<Asked> {
  const askedAt = session.now();
  let answeredAt: number | null = null;
  let found: readonly Finding[] | null = null;
  let only = first;
  return waitUntil(session, askedAt + timeoutMs, async () => {
    const checked = await ask(session, { command: 'doctor', only });
    answeredAt ??= session.now();
    const findings = found === null ? checked.findings : replaced(found, checked.findings);
    found = findings;
    const result = { checked: { ...checked, findings }, askedAt, answeredAt };
    const waiting = findings.filter(({ state }) => state === 'waiting');
    if (waiting.length === 0) return { result };
    soFar(findings);
    only = waiting.map(({ check }) => check);
    const seconds = Math.max(1, Math.min(...waiting.map(({ retryAfterSeconds }) => retryAfterSeconds ?? 1)));
    const line = `Not checked yet: ${only.join(', ')}; each takes an admin call. Asking again in ${showDuration(seconds)} …`;
    return { inMs: seconds * 1_000, line, tooLate: () => result };
  });
}

/** The findings in their order, with those of the same check that were made anew in place of the old ones. */
function replaced(before: readonly Finding[], anew: readonly Finding[]): readonly Finding[] {
  const byCheck = Map.groupBy(anew, ({ check }) => check);
  return before.flatMap((finding) => byCheck.get(finding.check) ?? [finding]);
}
