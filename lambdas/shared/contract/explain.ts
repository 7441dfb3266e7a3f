import { z } from 'zod';
import { STANDINGS } from '../../core/plan/standing.ts';
import { CONDITIONS } from '../../core/policy/conditions.ts';
import { jobKeys } from './jobs.ts';
import { checkpoint, count, isoTime, permissionId, projectAlias, projectId, type Told } from './parts.ts';
import { decidingPolicy } from './plan.ts';

const { jobId, source, status, baseModel, finalModel, createdAt, finishedAt } = jobKeys;

const explainedJob = z.strictObject({
  jobId,
  source,
  status,
  baseModel,
  finalModel,
  metadata: z.record(z.string(), z.string()).describe('As it was given to OpenAI.'),
  createdAt,
  finishedAt,
});

const condition = z.strictObject({
  condition: z.enum(CONDITIONS).describe('What is looked at.'),
  key: z.string().nullable().describe('Of the metadata; null for the others.'),
  wanted: z
    .array(z.string())
    .describe('What the rule asks for, one of which has to fit: globs, but for status and source.'),
  found: z.array(z.string()).describe('What the job has, one of which has to fit; empty where it is not known.'),
  holds: z.boolean().describe('Whether it fits. All conditions have to.'),
});
export type ExplainedCondition = Told<typeof condition>;

const ruleCheckpoint = z.strictObject({
  checkpoint,
  step: count.nullable().describe('Training step; null where it is not known.'),
  final: z.boolean().describe("Whether it is the job's final model."),
  value: z.number().nullable().describe('Of the metric by which the rule chooses; null where there is none.'),
  taken: z.boolean().describe('Whether the rule takes it.'),
  why: z.string().describe('Why it does, or does not, for a person to read.'),
});

const ruleTarget = z.strictObject({
  projectId,
  project: projectAlias,
  owns: z.boolean().describe("Whether it owns the job's checkpoints: then it is left out by itself."),
});

const explainedRule = z.strictObject({
  rule: z.string().describe('Name of the rule.'),
  matches: z.boolean().describe('Whether it matches the job: whether all of its conditions hold.'),
  conditions: z.array(condition).describe('In the order in which they are looked at.'),
  selection: z.string().describe('Which checkpoints it takes: final, all, last 2, best valid_loss.'),
  shortfall: z.string().nullable().describe('Why it takes less than it asks for; null when it does not.'),
  expiresAt: isoTime.nullable().describe('When what it wants of the job is wanted no more; null = never, or no match.'),
  expired: z.boolean().describe('Whether that is over: then nothing of it is wanted.'),
  checkpoints: z.array(ruleCheckpoint).describe('Those of the job; empty where the rule does not match.'),
  targets: z.array(ruleTarget).describe('Whom it names; empty where the rule does not match.'),
});
export type ExplainedRule = Told<typeof explainedRule>;

const explainedPermission = z.strictObject({
  checkpoint,
  projectId,
  project: projectAlias,
  rule: z.string().nullable().describe('The rule that wants it, the first where several do; null for a pin alone.'),
  pinned: z.boolean().describe('Whether it is pinned in the policy.'),
  standing: z
    .enum(STANDINGS)
    .describe(
      'has-it: granted. to-share: the next reconcile asks for it. to-adopt: it is at OpenAI, and becomes ours. due: it waits for its turn. in-flight: a call is on its way, or a LIST has to tell. paused: until ckpt resume. refused: OpenAI refuses it. drifted: gone at OpenAI, and left so. ignored, forgotten, withheld: a person has said so. gone: OpenAI has the checkpoint no more.',
    ),
  reason: z.string().nullable().describe('More of it, for a person to read.'),
  until: isoTime.nullable().describe('When it is tried again by itself; null where it is not, or at once.'),
  permissionId: permissionId.nullable().describe("OpenAI's id of the permission, cp_…; null where there is none."),
});
export type ExplainedPermission = Told<typeof explainedPermission>;

export const explained = z
  .strictObject({
    what: z.string().describe('The job or checkpoint that was asked about.'),
    policy: decidingPolicy,
    job: explainedJob
      .nullable()
      .describe('The job that the rules were held against; null where the ledger does not know it.'),
    notes: z
      .array(z.string())
      .describe('What goes before all rules, whole sentences: why none of them decides, or not yet.'),
    rules: z.array(explainedRule).describe('Each rule of the policy, in its order; none where the job is not known.'),
    rulesLeftOut: count.describe('Rules that are not in rules, because the answer would be too large.'),
    permissions: z
      .array(explainedPermission)
      .describe(
        'Who is to have it by the rules and pins together, and how far that is: of a job all of its checkpoints.',
      ),
    permissionsLeftOut: count.describe(
      'Permissions that are not in permissions, because the answer would be too large.',
    ),
  })
  .describe('Why one job, or one checkpoint, is shared with whom, and why not.');
export type Explained = Told<typeof explained>;
