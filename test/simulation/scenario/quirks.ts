import type { Quirks } from '../../fake-openai/quirks.ts';
import type { ThrottleSettings } from '../../fake-openai/throttle.ts';
import type { Draw } from '../engine/draw.ts';

/** What OpenAI's documents leave open about permissions. */
export interface PermissionQuirks
  extends Pick<Quirks, 'repeatedPost' | 'badProject' | 'maxProjectIds' | 'answerOrder' | 'answerLimit'> {
  /** A permission shows in a list, and one that was deleted is gone from it, at most so many milliseconds later. */
  readonly listLagMs: number;
  /** What an archived project had is gone for good, and nobody is told. */
  readonly archivedLose: boolean;
  /** Permissions on one page of a list. */
  readonly pageSize: number;
}

/** What they leave open about the audit log. */
export interface AuditQuirks {
  readonly access: 'on' | 'forbidden' | 'not-found';
  /** An event shows at most so many milliseconds after it took effect. */
  readonly lagMs: number;
  readonly order: 'ascending' | 'descending';
  readonly pageSize: number;
}

export function drawAuditQuirks(draw: Draw): AuditQuirks {
  return {
    access: draw.pick(['on', 'on', 'on', 'forbidden', 'not-found']),
    lagMs: draw.pick([0, 10_000, 120_000]),
    order: draw.pick(['ascending', 'descending']),
    pageSize: draw.pick([100, 100, 3]),
  };
}

export function drawQuirks(draw: Draw): PermissionQuirks {
  return {
    repeatedPost: draw.pick(['returns-existing', 'makes-second', 'makes-second', 'fails-naming', 'fails-silent']),
    badProject: draw.pick(['fails-all-naming', 'fails-all-silent', 'left-out']),
    maxProjectIds: draw.pick([100, 100, 100, 2, 1]),
    answerOrder: draw.pick(['given', 'shuffled']),
    answerLimit: draw.pick([null, null, null, 1, 2]),
    listLagMs: draw.pick([0, 5_000, 30_000, 60_000]),
    archivedLose: draw.chance(0.3),
    pageSize: draw.pick([100, 100, 3, 2]),
  };
}

export function drawThrottle(draw: Draw): ThrottleSettings {
  return {
    kind: draw.pick(['off', 'sliding-window', 'token-bucket', 'fixed-window']),
    requests: draw.int(3, 12),
    windowMs: 60_000,
    refusedCount: draw.chance(0.5),
    retryAfter: draw.chance(0.3),
    endpoints: 'admin',
  };
}
