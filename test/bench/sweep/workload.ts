import { randomBytes } from 'node:crypto';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { beginCreate, endCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import type { JobFacts } from '../../../lambdas/core/model/job.ts';
import { type ModelRecord, newModel } from '../../../lambdas/core/model/openai-model.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { planCheckpoint } from '../../../lambdas/core/plan/plan-checkpoint.ts';
import { readWanted } from '../../../lambdas/core/plan/wanted.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import type { FakeOpenAI } from '../../fake-openai/fake-openai.ts';
import type { FakeJob } from '../../fake-openai/state/jobs.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
export const SOURCE_ID = 'proj_RESEARCH';

export const TARGETS = 10;
const PROJECTS = Array.from({ length: TARGETS + 1 }, () => `proj_${randomBytes(12).toString('hex')}`);

/** One that no table has a shutdown date of: a date would be announced by the first sweep, and by no other. */
const BASE_MODEL = 'gpt-mini-of-the-bench';

/** What a rule shares the final model of every job with: this many projects. */
export function ruleFor(targets: number) {
  return { name: 'support models to production', to: PROJECTS.slice(0, targets) };
}

/** A policy of that one rule. */
export function policyFor(targets: number, openai: string): Policy {
  const rule = aRule(ruleFor(targets));
  const policy = aPolicy([rule]);
  return { ...policy, openai: { ...policy.openai, baseUrl: openai } };
}

/** A ledger at rest: every job is known, and its final model shared with all targets. */
export interface Workload {
  readonly jobs: readonly JobFacts[];
  readonly checkpoints: readonly CheckpointRecord[];
  /** What OpenAI has said of the shutdown of each model that is shared, and of the base model. */
  readonly models: readonly ModelRecord[];
}

/**
 * So many jobs at OpenAI, an hour apart, the newest one now, and what the ledger comes to have of them. Every record has
 * gone the product's own way: wanted, asked for in one call, granted, and since then seen in a list.
 */
export function makeWorkload(fake: FakeOpenAI, policy: Policy, size: number, now: number): Workload {
  const jobs = Array.from({ length: size }, (_, index) => {
    const createdAt = now - (size - index) * HOUR_MS;
    const suffix = `support-${['triage', 'answers', 'summaries'][index % 3]}`;
    const metadata = { stage: 'release', team: 'support' };
    return factsOf(fake.addJob({ projectId: SOURCE_ID, createdAt, baseModel: BASE_MODEL, suffix, metadata }));
  });
  const lap = lapMs(policy, size);
  const checkpoints = jobs.map((job, index) => share(policy, job, now - (lap * (size - index)) / size));
  const models = checkpoints.map(({ checkpoint }, index) => {
    return { ...newModel(checkpoint), askAgainAt: now + (WEEK_MS * (index + 1)) / size };
  });
  return { jobs, checkpoints, models: [{ ...newModel(BASE_MODEL), askAgainAt: now + DAY_MS }, ...models] };
}

/** How long ago the stalest checkpoint was listed: all in turn, within the budget, and none more than once a day. */
function lapMs({ reconcile: { everySeconds, verifyPerMinute } }: Policy, size: number): number {
  return Math.max(DAY_MS + everySeconds * 1_000, (size / verifyPerMinute) * 60_000);
}

function factsOf(job: FakeJob): JobFacts {
  const { id, status, baseModel, finalModel, metadata, createdAt, finishedAt } = job;
  const checkpoints = job.checkpoints.map(({ checkpoint, step, final, metrics: { step: _, ...metrics } }) => {
    return { checkpoint, step, final, metrics };
  });
  const facts = { jobId: id, source: 'research', status, baseModel, finalModel, metadata: metadata ?? {} };
  return { ...facts, createdAt, finishedAt, checkpoints };
}

function share(policy: Policy, job: JobFacts, listedAt: number): CheckpointRecord {
  const { finalModel, jobId, source, createdAt: at } = job;
  const record = newCheckpoint(finalModel ?? '', { source, jobId });
  const wanted = applyActions(record, planCheckpoint(policy, readWanted(policy, [job], at), record, at), at);
  const { record: asked, projectIds } = beginCreate(wanted, new Map(), at, 30_000);
  const permissions = projectIds.map((projectId) => {
    return { projectId, permissionId: `cp_${randomBytes(12).toString('hex')}`, createdAt: at };
  });
  const granted = endCreate(asked, { projectIds, startedAt: at }, { kind: 'created', permissions, complete: true }, at);
  return resolveByList(granted, permissions, listedAt);
}
