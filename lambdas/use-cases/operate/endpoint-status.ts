import { ENDPOINTS } from '../../core/pacing/endpoints.ts';
import { currentLimit, EMPTY_WINDOW, grantStart, type PacerRules, type PacerWindow } from '../../core/pacing/window.ts';
import type { EndpointStatus } from '../../shared/contract/operator.ts';
import type { OperateDeps } from './deps.ts';
import { toIso } from './iso-time.ts';

/** Every admin endpoint. */
export function readPacer(
  { pacerStore, pacerRules }: Pick<OperateDeps, 'pacerStore' | 'pacerRules'>,
  now: number,
): Promise<readonly EndpointStatus[]> {
  return Promise.all(
    ENDPOINTS.map(async (endpoint) => {
      return endpointStatus(endpoint, await pacerStore.read(endpoint), pacerRules, now);
    }),
  );
}

/** How an endpoint is paced now; asks the window's own rules and takes no slot. */
export function endpointStatus(
  endpoint: string,
  window: PacerWindow = EMPTY_WINDOW,
  rules: PacerRules,
  now: number,
): EndpointStatus {
  const grant = grantStart(window, rules, 'fresh', now);
  const waitMs = grant.kind === 'wait' ? grant.ms : 0;
  const span = rules.windowMs + rules.marginMs;
  return {
    endpoint,
    limit: limitOf(window, rules, now),
    configuredLimit: rules.limit,
    windowSeconds: rules.windowMs / 1000,
    callsInWindow: window.starts.filter((start) => start > now - span).length,
    nextCallAt: toIso(now + waitMs),
    holdReason: grant.kind === 'wait' ? grant.reason : null,
  };
}

/** What was learned recovers with time, which the window takes note of when it grants: an idle one grants at once. */
function limitOf(window: PacerWindow, rules: PacerRules, now: number): number {
  const idle = grantStart({ ...window, starts: [], heldUntil: 0 }, rules, 'fresh', now);
  return currentLimit(idle.kind === 'granted' ? idle.window : window, rules);
}
