import type { PacerRules } from '../../lambdas/core/pacing/window.ts';
import { createScene, type Scene, TARGETS } from '../use-cases/scene.ts';
import type { Share, ToShare } from './sharers.ts';

export const CHECKPOINTS = 40;
/** What OpenAI's admin endpoints bear; between 7 and 10 was measured. */
export const PER_WINDOW = 8;
export const WINDOW_MS = 60_000;
const TEN_MINUTES_MS = 600_000;

export interface Scenario {
  readonly name: string;
  readonly throttle: 'off' | 'token-bucket' | 'sliding-window' | 'fixed-window';
  /** Whether refused calls use up room as well. */
  readonly refusedCount?: boolean;
  /** How many share at once, each its part of the checkpoints. */
  readonly copies: number;
  /** Whether everything has been shared before, with no throttle, by the same sharer. */
  readonly again: boolean;
}

/** How a sharer is set up: how its pacer paces (ours), and what runs. */
export interface Sharer {
  readonly by: string;
  readonly rules?: Partial<PacerRules>;
  readonly start: (scene: Scene) => Share;
}

export interface Run {
  /** Calls with the admin key, refused ones included. */
  readonly calls: number;
  /** Calls that were answered 429. */
  readonly refused: number;
  /** Virtual time from the first to the last moment, in windows of the throttle. */
  readonly windows: number;
  /** Permissions that OpenAI has in the end, of `CHECKPOINTS` × the targets. */
  readonly shared: number;
  readonly ended: boolean;
}

export const PERMISSIONS = CHECKPOINTS * TARGETS.length;

/** One run of one sharer, on a fake of its own and on virtual time. */
export async function runOnce(scenario: Scenario, { rules = {}, start }: Sharer): Promise<Run> {
  const { throttle, refusedCount = false, copies, again } = scenario;
  const settings = { requests: PER_WINDOW, windowMs: WINDOW_MS, refusedCount };
  const scene = await createScene({ fake: { throttle: { ...settings, kind: 'off' } }, rules });
  try {
    const jobs = Array.from({ length: CHECKPOINTS }, () => toShare(scene));
    const size = CHECKPOINTS / copies;
    const groups = Array.from({ length: copies }, (_, copy) => jobs.slice(copy * size, (copy + 1) * size));
    const share = start(scene);
    if (again) {
      await share(groups);
      scene.time.advance(TEN_MINUTES_MS);
      scene.fake.calls.reset();
    }
    scene.fake.throttle.kind = throttle;
    const begun = scene.time.now();
    const ended = await share(groups);
    const { calls } = scene.fake;
    return {
      calls: calls.count({ keyKind: 'admin' }),
      refused: calls.count({ keyKind: 'admin', status: 429 }),
      windows: (scene.time.now() - begun) / WINDOW_MS,
      shared: jobs.reduce((sum, { finalModel }) => sum + scene.fake.permissions(finalModel).length, 0),
      ended,
    };
  } finally {
    await scene.close();
  }
}

function toShare(scene: Scene): ToShare {
  const { id, finalModel } = scene.addJob(1);
  return { id, finalModel };
}
