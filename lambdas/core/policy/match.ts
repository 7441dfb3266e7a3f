import { hasEnded, type JobFacts } from '../model/job.ts';
import type { Want } from '../model/permission.ts';
import { conditionsOf } from './conditions.ts';
import { findSource, type Policy, type Rule, type Source } from './policy.ts';
import { type Selected, selectCheckpoints } from './select.ts';

const DAY_MS = 86_400_000;

/** The projects that are to have one checkpoint, each once. */
export interface CheckpointWants {
  readonly checkpoint: string;
  /** Training step; null where it is not known. */
  readonly step: number | null;
  readonly wants: readonly Want[];
}

export interface Decision {
  /** Only checkpoints that somebody is to have. */
  readonly wants: readonly CheckpointWants[];
  /** Why nothing, or less than a rule asked for, is shared. */
  readonly notes: readonly string[];
}

/**
 * Which of a job's checkpoints are to be shared with whom. Only a job that succeeded, of a source that the policy names,
 * shares anything; whatever is not known counts as not matching. `expireAfterDays` counts from the end of the job, so
 * that the answer is the same whenever it is asked; with `now` (ms since the epoch), what has expired is left out.
 */
export function decideWants(policy: Policy, job: JobFacts, now = Number.NEGATIVE_INFINITY): Decision {
  if (job.status !== 'succeeded') {
    return nothing(...(hasEnded(job.status) ? [`the job ${asVerb(job.status)}: nothing is shared`] : []));
  }
  const owner = findSource(policy, job.source);
  if (owner === undefined) return nothing(`the policy has no source ${job.source}: nothing is shared`);
  const rules = rulesFor(policy, job);
  if (rules.length === 0) return nothing('no rule matches the job');

  const notes: string[] = [];
  const asked = new Map<string, Want[]>(job.checkpoints.map(({ checkpoint }) => [checkpoint, []]));
  for (const rule of rules) {
    const note = (text: string) => notes.push(`rule "${rule.name}": ${text}`);
    const { expiresAt, isExpired, targets, selected } = applyRule(rule, owner, job, now);
    if (isExpired) {
      note(`expired ${rule.expireAfterDays} days after the job ended`);
      continue;
    }
    if (targets.length === 0) note("its only target owns the job's checkpoints");
    if (selected.shortfall) note(selected.shortfall);
    for (const { checkpoint } of selected.checkpoints) {
      for (const projectId of targets) {
        const want: Want = { projectId, origin: 'policy', rule: rule.name, onDrift: rule.onDrift, expiresAt };
        asked.get(checkpoint)?.push(want);
      }
    }
  }
  const wants = job.checkpoints
    .map(({ checkpoint, step }) => ({ checkpoint, step, wants: mergeWants(asked.get(checkpoint) ?? []) }))
    .filter((item) => item.wants.length > 0);
  return { wants, notes };
}

/** The rules that match a job; what comes of it is another question. Only one that succeeded has anything to share. */
export function rulesFor({ rules }: Pick<Policy, 'rules'>, job: JobFacts): readonly Rule[] {
  return rules.filter((rule) => conditionsOf(rule, job).every(({ holds }) => holds));
}

/** What comes of a rule that matches a job. */
export interface Outcome {
  /** Milliseconds since the epoch; null = never. */
  readonly expiresAt: number | null;
  /** Then nothing of it is wanted. */
  readonly isExpired: boolean;
  /** Project ids, without the owning project. */
  readonly targets: readonly string[];
  readonly selected: Selected;
}

export function applyRule(rule: Rule, owner: Source, job: JobFacts, now: number): Outcome {
  const expiresAt = expiryOf(rule, job);
  return {
    expiresAt,
    isExpired: expiresAt !== null && expiresAt <= now,
    targets: rule.to.filter((projectId) => projectId !== owner.id),
    selected: selectCheckpoints(rule.checkpoints, job.checkpoints),
  };
}

/** What is pinned by hand, by checkpoint in the order of the file. */
export function decidePinned(policy: Policy): readonly Omit<CheckpointWants, 'step'>[] {
  const asked = new Map<string, Want[]>();
  for (const { checkpoint, to } of policy.permissions) {
    const wants = to.map<Want>((projectId) => {
      return { projectId, origin: 'pinned', rule: null, onDrift: 'repair', expiresAt: null };
    });
    asked.set(checkpoint, [...(asked.get(checkpoint) ?? []), ...wants]);
  }
  return [...asked].map(([checkpoint, wants]) => ({ checkpoint, wants: mergeWants(wants) }));
}

/**
 * One want a project out of several, given in order of precedence: the first names rule and origin, drift is repaired if
 * any says so, and the longest time holds.
 */
export function mergeWants(wants: readonly Want[]): readonly Want[] {
  const merged = new Map<string, Want>();
  for (const want of wants) {
    const first = merged.get(want.projectId);
    merged.set(want.projectId, first ? mergeTwo(first, want) : want);
  }
  return [...merged.values()];
}

function mergeTwo(first: Want, other: Want): Want {
  const onDrift = first.onDrift === 'repair' ? 'repair' : other.onDrift;
  const endless = first.expiresAt === null || other.expiresAt === null;
  const expiresAt = endless ? null : Math.max(first.expiresAt, other.expiresAt);
  return { ...first, onDrift, expiresAt };
}

function expiryOf(rule: Rule, job: JobFacts): number | null {
  if (rule.expireAfterDays === null) return null;
  return (job.finishedAt ?? job.createdAt) + rule.expireAfterDays * DAY_MS;
}

function asVerb(status: string): string {
  return status === 'cancelled' ? 'was cancelled' : status;
}

function nothing(...notes: string[]): Decision {
  return { wants: [], notes };
}
