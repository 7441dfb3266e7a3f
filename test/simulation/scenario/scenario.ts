import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { ThrottleSettings } from '../../fake-openai/throttle.ts';
import type { Draw } from '../engine/draw.ts';
import { drawJobs, type JobScenario, withMetrics } from './jobs.ts';
import { byMetric, drawPolicy, drawProjects, ELSEWHERE, type ProjectScenario } from './policies.ts';
import { type AuditQuirks, drawAuditQuirks, drawQuirks, drawThrottle, type PermissionQuirks } from './quirks.ts';
import { drawStorm, type Storm } from './storm.ts';
import { drawWeather, type Weather } from './weather.ts';

const MINUTE = 60_000;

/** One world, as a seed draws it. Times are milliseconds since the epoch. */
export interface Scenario {
  readonly start: number;
  /** So long faults happen and people interfere; then it is calm. */
  readonly chaosMs: number;
  readonly storm: Storm;
  readonly weather: Weather;
  readonly quirks: PermissionQuirks;
  readonly auditQuirks: AuditQuirks;
  readonly throttle: ThrottleSettings;
  readonly projects: readonly ProjectScenario[];
  readonly jobs: readonly JobScenario[];
  /** The policies that are deployed, one after the other, and when. */
  readonly deploys: readonly { readonly at: number; readonly policy: Policy }[];
  /** Clocks run apart by up to twice as much. */
  readonly skewMs: number;
  /** The index of due work may be so far behind the records. */
  readonly indexLagMs: number;
  readonly sweepEveryMs: number;
  /**
   * False: no sweep at all, but no message is lost for good either. What the webhooks say must then be enough, so that
   * a message that is acknowledged too early is not made up for.
   */
  readonly isSwept: boolean;
  /** When somebody does something behind our back. */
  readonly interferences: readonly number[];
  /** When somebody wants something else of a checkpoint, or no more. */
  readonly wishes: readonly number[];
  /** When somebody uses the command line. */
  readonly commands: readonly number[];
  /** When somebody does something by hand: to one checkpoint, or to a job, a rule, a source or everything. */
  readonly handling: readonly number[];
  readonly widerHandling: readonly number[];
  /** At the end somebody asks for everything to be verified. */
  readonly isVerified: boolean;
  /** Somebody confirms a plan that waits for it. */
  readonly isConfirmed: boolean;
}

export function drawScenario(seed: number, draw: Draw): Scenario {
  const start = Date.UTC(2026, 10, 20, 12) + draw.int(0, 59_999);
  const chaosMs = draw.int(6, 16) * MINUTE;
  const isSwept = draw.chance(0.75);
  const storm = drawStorm(draw);
  const losing = isSwept ? storm : { ...storm, loss: 0 };
  const projects = drawProjects(draw);
  const sources = projects.flatMap(({ source }) => (source === null ? [] : [source]));
  const limit = draw.int(3, 12);
  const sweepEveryMs = draw.pick([2, 5, 15]) * MINUTE;
  const times = (most: number) =>
    draw.chance(0.5) ? Array.from({ length: draw.int(1, most) }, () => start + draw.int(chaosMs / 5, chaosMs)) : [];
  const redeploys = isSwept ? times(3) : [];
  const drawn = drawJobs(draw, { sources, start, chaosMs, storm: losing, isSwept });
  const targets = projects.map(({ projectId }) => projectId);
  const weather = drawWeather(seed, { targets, start, chaosMs, isSwept, jobs: drawn });
  const jobs = weather.isByMetric ? drawn.map((job, index) => withMetrics(job, seed + index)) : drawn;
  const named = [ELSEWHERE.checkpoint, ...jobs.flatMap(({ checkpoints }) => checkpoints.map((one) => one.checkpoint))];
  const settings = { limit, sweepEveryMs, isAudited: draw.chance(0.6), pinnable: isSwept ? named : [] };
  return {
    start,
    chaosMs,
    storm: losing,
    weather,
    quirks: drawQuirks(draw),
    auditQuirks: drawAuditQuirks(draw),
    throttle: drawThrottle(draw),
    projects,
    jobs,
    deploys: withNarrowed(
      [start, ...redeploys.sort((a, b) => a - b)].map((at) => {
        const policy = drawPolicy(draw, projects, settings);
        return { at, policy: weather.isByMetric ? byMetric(policy) : policy };
      }),
      weather.isNarrowed && isSwept ? start + chaosMs + 10 * MINUTE : null,
    ),
    skewMs: draw.pick([0, 50, 250]),
    indexLagMs: draw.pick([0, 500, 5_000]),
    sweepEveryMs,
    isSwept,
    interferences: times(5),
    wishes: times(4),
    commands: isSwept ? times(4) : [],
    handling: times(16),
    // Before the storm is over, so that nothing is paused once it is.
    widerHandling: isSwept ? times(8).map((at) => Math.min(at, start + chaosMs - 2 * MINUTE)) : [],
    isVerified: draw.chance(0.5),
    isConfirmed: draw.chance(0.5),
  };
}

function withNarrowed(deploys: Scenario['deploys'], at: number | null): Scenario['deploys'] {
  const [last] = deploys.slice(-1);
  if (last === undefined || at === null) return deploys;
  const rules = last.policy.rules.map((rule) => ({ ...rule, to: rule.to.slice(0, 1) }));
  return [...deploys, { at, policy: { ...last.policy, rules, prune: true } }];
}

/** Whether the ways to the pacer's store and to OpenAI are short enough for the pacer's margin. */
export function isTimely({ storm }: Scenario): boolean {
  return storm.slowStorage === 0 && storm.slowNetwork === 0;
}

/** What OpenAI had lost with its checkpoint, whoever asked for it, nobody could find: it counts as gone, and may come back. */
export function wasLost({ weather }: Scenario, checkpoint: string): boolean {
  return weather.outage?.checkpoint === checkpoint;
}
