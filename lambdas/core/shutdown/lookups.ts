import type { ModelRecord } from '../model/openai-model.ts';
import type { CheckpointRecord } from '../model/permission.ts';
import type { PassState } from '../model/system-state.ts';
import { type Policy, sourcesOf } from '../policy/policy.ts';
import { baseModelOf, overrideOf } from './shutdown-of.ts';
import { sharedOf } from './shutdowns-ahead.ts';

const DAY_MS = 86_400_000;

/** A model of whose shutdown OpenAI is to be asked. */
export interface Lookup {
  readonly model: string;
  readonly isBase: boolean;
  /** Aliases of the sources whose keys can see it, the most likely first. */
  readonly sources: readonly string[];
}

/**
 * The models of shared checkpoints that are to be asked for again by now. Base models first, since each says it of many;
 * then the one that has waited longest. What `sharing.yaml` overrides is not asked for.
 */
export function dueLookups(
  policy: Policy,
  records: Iterable<CheckpointRecord>,
  models: ReadonlyMap<string, ModelRecord>,
  now: number,
): readonly Lookup[] {
  const bases = new Map<string, Set<string>>();
  const fineTuned: Lookup[] = [];
  for (const record of records) {
    const { checkpoint, source } = record;
    const baseModel = baseModelOf(checkpoint);
    if (baseModel === undefined || overrideOf(policy, baseModel) || sharedOf(record).length === 0) continue;
    const owners = bases.get(baseModel) ?? new Set();
    bases.set(baseModel, owners);
    if (source === null) continue;
    owners.add(source);
    // Another project's key does not see it.
    fineTuned.push({ model: checkpoint, isBase: false, sources: [source] });
  }
  const everySource = sourcesOf(policy).map(({ alias }) => alias);
  const askAgainAt = ({ model }: Lookup) => models.get(model)?.askAgainAt ?? 0;
  const due = (lookups: readonly Lookup[]) =>
    lookups.filter((lookup) => askAgainAt(lookup) <= now).sort((a, b) => askAgainAt(a) - askAgainAt(b));
  const ofBases = [...bases].map(([model, owners]) => {
    return { model, isBase: true, sources: [...new Set([...owners, ...everySource])] };
  });
  return [...due(ofBases), ...due(fineTuned)];
}

/** When each fine-tuned model is to be asked for, and by whose key; as many as are asked for within a day, the next first. */
export function turnsOf(
  lookups: readonly Lookup[],
  models: ReadonlyMap<string, ModelRecord>,
  before: PassState['lookups'] = [],
): PassState['lookups'] {
  const turns = lookups.flatMap(({ model, isBase, sources: [source] }) => {
    return isBase || source === undefined ? [] : [{ model, source, at: models.get(model)?.askAgainAt ?? 0 }];
  });
  return [...before, ...turns].sort((a, b) => a.at - b.at).slice(0, MOST_TURNS);
}

/** Ten a sweep, a sweep every fifteen minutes. */
const MOST_TURNS = 960;

/** When to ask for it again: a base model after a day, a fine-tuned one after a week, or a day if no answer came. */
export function nextLookup({ isBase }: Lookup, answered: boolean, now: number): number {
  return now + (isBase || !answered ? 1 : 7) * DAY_MS;
}
