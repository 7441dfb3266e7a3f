import { type Policy, sourcesOf } from '../../../core/policy/policy.ts';
import { type Check, type Found, good, notice } from './check.ts';

/** Whether the policy, valid as it is, does anything. */
export const policy: Check = {
  name: 'policy',
  look: async ({ deps }) => judgePolicy(deps.policy),
};

export function judgePolicy(judged: Policy): readonly Found[] {
  const { rules, permissions } = judged;
  const sources = sourcesOf(judged);
  const idle = rules.filter(({ from, to }) => from.every((alias) => targetsOf(judged, alias, to).length === 0));
  const found = [
    ...(sources.length > 0
      ? []
      : [notice('The policy has no source: no jobs are watched.', 'Add "source: {}" to a project in sharing.yaml.')]),
    ...(rules.length > 0 || permissions.length > 0
      ? []
      : [notice('The policy has neither rules nor permissions: nothing is shared.', 'Add a rule in sharing.yaml.')]),
    ...idle.map(({ name }) =>
      notice(
        `The rule ${JSON.stringify(name)} shares with nobody: its only targets own the checkpoints themselves.`,
        'Name another project under "to" in sharing.yaml.',
      ),
    ),
  ];
  if (found.length > 0) return found;
  return [
    good(
      `The policy has sources (${sources.length}) and something to share (rules: ${rules.length}, pins: ${permissions.length}).`,
    ),
  ];
}

function targetsOf({ projects }: Policy, source: string, to: readonly string[]): readonly string[] {
  const own = projects.find(({ alias }) => alias === source)?.id;
  return to.filter((projectId) => projectId !== own);
}
