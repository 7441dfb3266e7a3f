import { parseModelName } from '../model/ids.ts';
import { matchesGlob } from './glob.ts';
import type { Finding } from './mistake.ts';
import type { Match, Policy, Rule } from './policy.ts';
import { MAX_TARGETS } from './schema-parts.ts';

/**
 * Where rules, or rules and a pin, may together give one checkpoint more targets than its row of the ledger certainly holds
 * (DynamoDB takes 400 KB an item): at the first rule of a source with which it is so, or at the pin. Which rules match a job is
 * only known once there is one, so this is an upper bound, and no mistake.
 */
export function sumTargets(policy: Policy): Finding[] {
  const sources = [...new Set(policy.rules.flatMap(({ from }) => from))];
  return [...sources.flatMap((source) => sumRules(policy, source)), ...sumPins(policy, sources)];
}

function sumRules(policy: Policy, source: string): Finding[] {
  const rules = rulesFrom(policy, source);
  if (targetsOf(policy, source, rules).size <= MAX_TARGETS) return [];
  const crossing = rules.find((rule, index) => {
    return targetsOf(policy, source, withIts(rule, rules.slice(0, index + 1))).size > MAX_TARGETS;
  });
  if (crossing === undefined) return [];
  const count = targetsOf(policy, source, withIts(crossing, rules)).size;
  const message = `with the other rules that may match the same job, a checkpoint of ${source} may have ${count} targets: write at most ${MAX_TARGETS} for all of them together, or keep the rules apart by what they match`;
  return [{ path: ['rules', policy.rules.indexOf(crossing), 'to'], at: 'value', message }];
}

function sumPins({ permissions: pins, ...policy }: Policy, sources: readonly string[]): Finding[] {
  return [...Map.groupBy(pins, ({ checkpoint }) => checkpoint)].flatMap(([checkpoint, same]) => {
    const suffix = parseModelName(checkpoint)?.suffix ?? '';
    const pinned = new Set(same.flatMap(({ to }) => to));
    const counts = sources.flatMap((source) => {
      const rules = rulesFrom(policy, source).filter(({ match }) => matchesGlob(match.suffix ?? '*', suffix));
      if (targetsOf(policy, source, rules).union(pinned).size <= MAX_TARGETS) return [];
      const sums = rules.map((rule) => targetsOf(policy, source, withIts(rule, rules)));
      // What is too much without the pin is told of at its rule.
      return sums.flatMap((sum) => (sum.size > MAX_TARGETS ? [] : [sum.union(pinned).size]));
    });
    const count = Math.max(0, ...counts);
    if (count <= MAX_TARGETS) return [];
    const message = `with the rules that may match its job, this checkpoint may have ${count} targets: write at most ${MAX_TARGETS} for all of them together`;
    return [
      { path: ['permissions', pins.findLastIndex((pin) => pin.checkpoint === checkpoint), 'to'], at: 'value', message },
    ];
  });
}

function rulesFrom({ rules }: Pick<Policy, 'rules'>, source: string): readonly Rule[] {
  return rules.filter(({ from }) => from.includes(source));
}

/** The owning project is left out by itself. */
function targetsOf(policy: Pick<Policy, 'projects'>, source: string, rules: readonly Rule[]): ReadonlySet<string> {
  const own = policy.projects.find(({ alias }) => alias === source)?.id;
  return new Set(rules.flatMap(({ to }) => to).filter((projectId) => projectId !== own));
}

/** The rules that may match a job which this one matches. */
function withIts({ match }: Rule, rules: readonly Rule[]): readonly Rule[] {
  return rules.filter((other) => !areApart(match, other.match));
}

/** Whether no job can match both, since they want different texts, without wildcards, of the same part of it. */
function areApart(one: Match, other: Match): boolean {
  const differ = (a: string | null | undefined, b: string | null | undefined) =>
    a != null && b != null && a !== b && !/[*?]/.test(a + b);
  // A job that went on from a fine-tuned model has two base models, that one and the foundation.
  const isFineTuned = [one, other].some(({ baseModel }) => baseModel?.startsWith('ft:'));
  return (
    differ(one.suffix, other.suffix) ||
    (!isFineTuned && differ(one.baseModel, other.baseModel)) ||
    Object.entries(one.metadata).some(
      ([key, glob]) => Object.hasOwn(other.metadata, key) && differ(glob, other.metadata[key]),
    )
  );
}
