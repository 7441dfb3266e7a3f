import type { Pin, Policy } from '../../../lambdas/core/policy/policy.ts';

/** The pins, of each only the projects that the policy does not pin its checkpoint for already. */
export function missingPins(pins: readonly Pin[], policy: Pick<Policy, 'permissions'>): readonly Pin[] {
  return pins
    .map(({ checkpoint, to }) => {
      const same = policy.permissions.filter((pin) => pin.checkpoint === checkpoint);
      const there = new Set(same.flatMap((pin) => pin.to));
      return { checkpoint, to: to.filter((projectId) => !there.has(projectId)) };
    })
    .filter(({ to }) => to.length > 0);
}

/** How many permissions pins are. */
export function countPermissions(pins: readonly Pin[]): number {
  return pins.reduce((sum, { to }) => sum + to.length, 0);
}
