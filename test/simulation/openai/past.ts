import { Draw } from '../engine/draw.ts';
import { ELSEWHERE } from '../scenario/policies.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Organization } from './organization.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Before the ledger has heard of any of them, people have shared some of the old checkpoints by hand. */
export function shareBefore(
  organization: Organization,
  { start, weather, jobs, projects }: Scenario,
  seed: number,
): void {
  if (!weather.isSharedBefore) return;
  const draw = new Draw(seed + 3_000_017);
  const createdAt = start - DAY_MS - 60_000;
  const old = jobs.filter(({ endsAt, ending }) => endsAt < createdAt && ending === 'succeeded');
  const checkpoints = [...old.flatMap((job) => job.checkpoints), ELSEWHERE].map(({ checkpoint }) => checkpoint);
  for (const checkpoint of checkpoints) {
    for (const { projectId, state } of projects) {
      const isTarget = state === 'active' && organization.owners.get(checkpoint) !== projectId;
      if (isTarget && draw.chance(0.5)) organization.grantBefore(checkpoint, projectId, createdAt);
    }
  }
}
