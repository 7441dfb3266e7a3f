import type { Rest } from '../../core/model/rests.ts';
import { ENDPOINTS } from '../../core/pacing/endpoints.ts';
import { shownRestOf } from '../../core/pacing/rests.ts';
import { currentLimit, EMPTY_WINDOW, grantStart, type PacerRules, type PacerWindow } from '../../core/pacing/window.ts';
import type { EndpointStatus } from '../../shared/contract/operator.ts';
import { readState } from '../change.ts';
import { toIso } from './answer.ts';
import type { OperateDeps } from './deps.ts';

/** Every admin endpoint: as the organisation's pacer has it, and what this stack does not ask for just now. */
export async function readPacer(
  { ledger, pacerStore, pacerRules }: Pick<OperateDeps, 'ledger' | 'pacerStore' | 'pacerRules'>,
  now: number,
): Promise<readonly EndpointStatus[]> {
  const rests = await readState(ledger, 'rests');
  return Promise.all(
    ENDPOINTS.map(async (endpoint) => {
      const rest = shownRestOf(rests, endpoint, now);
      return endpointStatus(endpoint, await pacerStore.read(endpoint), pacerRules, now, rest);
    }),
  );
}

/** How an endpoint is paced now; asks the window's own rules and takes no slot. */
export function endpointStatus(
  endpoint: string,
  window: PacerWindow = EMPTY_WINDOW,
  rules: PacerRules,
  now: number,
  rest: Rest | null = null,
): EndpointStatus {
  const grant = grantStart(window, rules, 'fresh', now);
  const waitMs = grant.kind === 'wait' ? grant.ms : 0;
  const span = rules.windowMs + rules.marginMs;
  const starts = window.starts.filter((start) => start > now - span);
  return {
    endpoint,
    limit: limitOf(window, rules, now),
    configuredLimit: rules.limit,
    windowSeconds: rules.windowMs / 1000,
    callsInWindow: starts.length,
    callsAt: starts.map(toIso),
    nextCallAt: toIso(Math.max(now + waitMs, rest?.until ?? 0)),
    holdReason: rest?.reason ?? (grant.kind === 'wait' ? grant.reason : null),
  };
}

/** What was learned recovers with time, which the window takes note of when it grants: an idle one grants at once. */
function limitOf(window: PacerWindow, rules: PacerRules, now: number): number {
  const idle = grantStart({ ...window, starts: [], heldUntil: 0 }, rules, 'fresh', now);
  return currentLimit(idle.kind === 'granted' ? idle.window : window, rules);
}
