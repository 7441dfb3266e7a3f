import type { Explained, ExplainedRule } from '../../lambdas/shared/contract/operator.ts';

export interface Why {
  /** Rules that want it: they match, take the checkpoint and name the project. */
  readonly wanting: readonly ExplainedRule[];
  /** Rules that match the job and do not want this: they take another checkpoint or name other projects. */
  readonly passing: readonly { readonly rule: ExplainedRule; readonly because: string }[];
  /** Rules that do not match the job. */
  readonly others: readonly ExplainedRule[];
}

/** The rules sorted by what they make of one checkpoint, for one project or (null) for any. */
export function whyOf({ rules }: Explained, checkpoint: string, projectId: string | null): Why {
  const passing: { rule: ExplainedRule; because: string }[] = [];
  const wanting: ExplainedRule[] = [];
  for (const rule of rules) {
    if (!rule.matches) continue;
    const because = whyNot(rule, checkpoint, projectId);
    if (because === null) wanting.push(rule);
    else passing.push({ rule, because });
  }
  return { wanting, passing, others: rules.filter(({ matches }) => !matches) };
}

function whyNot(rule: ExplainedRule, checkpoint: string, projectId: string | null): string | null {
  const own = rule.checkpoints.find((each) => each.checkpoint === checkpoint);
  if (own && !own.taken) return own.why;
  if (rule.expired) return 'its time is up';
  if (projectId === null) return null;
  const target = rule.targets.find((each) => each.projectId === projectId);
  if (target === undefined) return 'it names other projects';
  return target.owns ? 'the project owns the checkpoint' : null;
}
