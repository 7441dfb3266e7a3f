import type { ExplainedCondition, ExplainedPermission } from '../../../lambdas/shared/contract/operator.ts';

// What the command line and the page say alike.

export const STANDING_WORDS: Readonly<Record<ExplainedPermission['standing'], string>> = {
  'has-it': 'has it',
  'to-share': 'to be shared by the next reconcile',
  'to-adopt': 'there already, becomes ours with the next reconcile',
  due: 'waits for its turn',
  'in-flight': 'a call is on its way, or a LIST has to tell',
  paused: 'paused until "ckpt resume"',
  refused: 'refused by OpenAI',
  drifted: 'gone at OpenAI, and left so',
  ignored: 'ignored: kept as it is',
  forgotten: 'forgotten: not tracked, not shared again by itself',
  withheld: 'withheld: not shared again by itself',
  gone: 'OpenAI has the checkpoint no more',
};

const CONDITION_WORDS: Readonly<Record<ExplainedCondition['condition'], string>> = {
  status: 'status',
  source: 'source',
  baseModel: 'base model',
  suffix: 'suffix',
  metadata: 'metadata',
};

/** What a condition looks at. */
export function nameCondition({ condition, key }: ExplainedCondition): string {
  return key === null ? CONDITION_WORDS[condition] : `metadata ${quote(key)}`;
}

/** What the job has for a condition that does not hold, and what the rule wants. */
export function tellUnmet(unmet: ExplainedCondition): string {
  const { key, wanted, found } = unmet;
  const missing = key === null ? 'is not known' : 'is missing';
  const is = found.length === 0 ? missing : `is ${found.map(quote).join(' or ')}`;
  return `${nameCondition(unmet)} ${is}; the rule wants ${wanted.map(quote).join(' or ')}`;
}

/** Globs may be empty, or have white space that would not show. */
function quote(text: string): string {
  return JSON.stringify(text);
}
