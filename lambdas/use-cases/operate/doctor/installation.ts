import { type Policy, sourcesOf } from '../../../core/policy/policy.ts';
import { bad, type Check, type Found, good, notice } from './check.ts';

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

const NOTICE_ABOVE_MS = 2_000;
const BAD_ABOVE_MS = 60_000;

/** The pacer and the webhook's tolerance rely on clocks that agree. OpenAI tells its time with every answer. */
export const clock: Check = {
  name: 'clock',
  last: true,
  async look({ deps }) {
    const skewMs = deps.clockSkew();
    // Nothing has been asked of OpenAI since this function was started: it has told no time.
    return skewMs === null ? [] : [judgeClock(skewMs)];
  },
};

/** `skewMs` is milliseconds, either way. */
export function judgeClock(skewMs: number): Found {
  const apart = Math.abs(skewMs);
  const message = `The clocks of OpenAI and of the operator function are ${(apart / 1_000).toFixed(1)} s apart.`;
  if (apart > BAD_ABOVE_MS) return bad(message, MEND);
  return apart > NOTICE_ABOVE_MS ? notice(message, MEND) : good(message);
}

const MEND =
  'AWS keeps its own clocks right: look at what answers at openai.baseUrl, a gateway or a local cloud. Webhooks are refused from 300 s on.';
