import { parseModelName } from '../model/ids.ts';
import type { JobFacts } from '../model/job.ts';
import { matchesGlob } from './glob.ts';
import type { Rule } from './policy.ts';

export const CONDITIONS = ['status', 'source', 'baseModel', 'suffix', 'metadata'] as const;

/** One condition of a rule, beside what a job has for it. */
export interface Condition {
  readonly condition: (typeof CONDITIONS)[number];
  /** Of the metadata; null for the others. */
  readonly key: string | null;
  /** What the rule asks for, one of which has to fit: globs, but for status and source. */
  readonly wanted: readonly string[];
  /** What the job has, one of which has to fit; none = it is not known, which fits nothing. */
  readonly found: readonly string[];
  readonly holds: boolean;
}

/**
 * Every condition of a rule, held against a job; all must hold. One after the other, so that whoever only wants to know
 * whether they do can stop at the first that does not.
 */
export function* conditionsOf({ from, match }: Rule, job: JobFacts): Generator<Condition, undefined> {
  const { status, source, baseModel, metadata } = job;
  yield whole('status', ['succeeded'], status);
  yield whole('source', from, source);
  if (match.baseModel !== null) {
    // A job that went on from a fine-tuned model names that one as its base; the foundation is in the model ids.
    const foundation = baseModel.startsWith('ft:') ? nameOf(job)?.base : undefined;
    yield glob('baseModel', null, match.baseModel, foundation === undefined ? [baseModel] : [baseModel, foundation]);
  }
  if (match.suffix !== null) {
    const suffix = nameOf(job)?.suffix;
    yield glob('suffix', null, match.suffix, suffix === undefined ? [] : [suffix]);
  }
  for (const [key, wanted] of Object.entries(match.metadata)) {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    yield glob('metadata', key, wanted, value === undefined ? [] : [value]);
  }
}

function whole(condition: Condition['condition'], wanted: readonly string[], found: string): Condition {
  return { condition, key: null, wanted, found: [found], holds: wanted.includes(found) };
}

function glob(
  condition: Condition['condition'],
  key: string | null,
  wanted: string,
  found: readonly string[],
): Condition {
  return { condition, key, wanted: [wanted], found, holds: found.some((text) => matchesGlob(wanted, text)) };
}

/** The job itself does not give its suffix: it is read from the model ids. */
function nameOf(job: JobFacts) {
  const models = [job.finalModel, ...job.checkpoints.map(({ checkpoint }) => checkpoint)];
  for (const model of models) {
    const name = model === null ? undefined : parseModelName(model);
    if (name) return name;
  }
  return undefined;
}
