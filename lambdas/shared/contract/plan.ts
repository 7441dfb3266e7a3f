import { z } from 'zod';
import { LANES } from '../../core/model/permission.ts';
import { CHANGES } from '../../core/plan/change.ts';
import {
  checkpoint,
  count,
  countsOf,
  isoTime,
  jobId,
  permissionId,
  projectAlias,
  projectId,
  sha256,
  sourceAlias,
  type Told,
} from './parts.ts';

export const changeCounts = countsOf(CHANGES, 'Changes of this kind.').describe(
  'How many changes of each kind there are.',
);

export const plannedCalls = countsOf(LANES, 'Calls of this kind.')
  .extend({ seconds: count.describe("How long they take at the pacer's pace as of now, the kinds side by side.") })
  .describe('The admin calls that all of it takes: create = POST, list = GET, delete = DELETE.');
export type PlannedCalls = Told<typeof plannedCalls>;

const plannedChange = z.strictObject({
  change: z
    .enum(CHANGES)
    .describe(
      'share: a POST grants it. adopt: it is at OpenAI, and becomes ours. change: it stays, under another id, rule or terms. revoke: a DELETE takes it away. orphan: no rule wants it, and it is kept. report: it differs, and is left so. close: it is gone, and nobody wants it. look-up: a LIST has to tell.',
    ),
  projectId,
  project: projectAlias,
  permissionId: permissionId.nullable().describe("OpenAI's id of the permission, cp_…; null where there is none."),
  reason: z.string().describe('Why, for a person to read.'),
  underWay: z.boolean().describe('Whether it is in the ledger already, and is being carried out.'),
});
export type PlannedChange = Told<typeof plannedChange>;

const plannedCheckpoint = z.strictObject({
  checkpoint,
  jobId: jobId.nullable().describe('The fine-tuning job, ftjob-…; null where it is in no source.'),
  source: sourceAlias.nullable().describe('Alias of the source project; null where the job is in none.'),
  changes: z.array(plannedChange).describe('What is to be done about its permissions.'),
});
export type PlannedCheckpoint = Told<typeof plannedCheckpoint>;

const guard = z
  .strictObject({
    id: z.string().nullable().describe('What --confirm takes; null when nothing is to be revoked.'),
    revocations: count.describe('How many permissions are to be revoked.'),
    tracked: count.describe('Permissions in force that the ledger tracks.'),
    letGoLately: count.describe(
      "Permissions that were pruned within the last day without a person's word: they count with the revocations.",
    ),
    state: z
      .enum(['none', 'allowed', 'confirmed', 'waiting'])
      .describe('waiting: the revocations are too many, and nobody has confirmed them.'),
    voided: z
      .string()
      .nullable()
      .describe(
        'While it waits: why the last confirmation does not let it through, for a person to read; null where there was none.',
      ),
  })
  .describe('Many revocations in one plan are likely a mistake: beyond a share they take a person.');
export type PlanGuard = Told<typeof guard>;

const left = z
  .strictObject({
    drifted: count.describe('Gone at OpenAI, and only reported; the flapping ones included.'),
    flapping: count.describe('Repaired so often that they are left alone.'),
    rejected: count.describe('Refused by OpenAI; tried again once a day.'),
    paused: count.describe('Set aside because their rule or source is paused.'),
  })
  .describe('How many permissions stay as they are until something changes.');
export type LeftAsItIs = Told<typeof left>;

const unmatchedRule = z.strictObject({
  rule: z.string().describe('Name of the rule.'),
  permissions: count.describe('Permissions in force that it wanted last.'),
});
export type UnmatchedRule = Told<typeof unmatchedRule>;

/** The policy by which something was decided. */
export const decidingPolicy = z
  .strictObject({
    deployed: z.boolean().describe('Whether it is the one that the stack follows; else one that was named.'),
    digest: sha256.describe('SHA-256, hex, of what it decides.'),
  })
  .describe('The policy by which it was decided.');

export const plannedPolicy = decidingPolicy
  .extend({
    newSources: z
      .array(sourceAlias)
      .describe(
        'Sources of a policy that is not deployed of which the ledger knows no jobs yet: what they bring is not known.',
      ),
  })
  .describe('The policy by which it was decided.');

const jobIds = z.array(jobId);

const comparedRule = z.strictObject({
  rule: z.string().describe('Name of the rule.'),
  change: z
    .enum(['new', 'changed', 'same', 'removed'])
    .describe('What becomes of it where this policy is deployed instead of the one that is.'),
  matches: count.describe('Jobs that it matches then.'),
  newly: jobIds.describe('Of these, those that it does not match as of now; the first of them where they are many.'),
  newlyCount: count.describe('How many these are.'),
  noLonger: jobIds.describe(
    'Jobs that it matches now and would not match then; the first of them where they are many.',
  ),
  noLongerCount: count.describe('How many these are.'),
});
export type ComparedRule = Told<typeof comparedRule>;

/** What would bring OpenAI to the policy, for all that the ledger knows. */
export const planResult = z
  .strictObject({
    id: z.string().describe('Of the plan as a whole: the same changes by the same policy have the same id.'),
    at: isoTime.describe('When it was made.'),
    policyDigest: sha256.describe('SHA-256, hex, of what the policy decides: that of policy.digest.'),
    policy: plannedPolicy,
    rules: z
      .array(comparedRule)
      .nullable()
      .describe(
        'Of a policy that is not deployed: each rule of it and of the deployed one; null for the deployed one itself.',
      ),
    rulesLeftOut: count.describe('Rules that are not in rules, because the answer would be too large.'),
    checkpoints: z
      .array(plannedCheckpoint)
      .describe('In their order; not all of them where the answer would be too large: see leftOut.'),
    leftOut: count.describe('Changes that are counted, and are not in checkpoints.'),
    counts: changeCounts,
    underWay: count.describe('Of these, those that are in the ledger already and are being carried out.'),
    calls: plannedCalls,
    guard,
    left,
    unmatchedRules: z
      .array(unmatchedRule)
      .describe(
        'While pruning is on: rules that have wanted something and match no job any more, which is more likely a mistake than meant.',
      ),
  })
  .describe('What would bring OpenAI to the policy, for all that the ledger knows.');
export type Plan = Told<typeof planResult>;

const unwrittenCheckpoint = z.strictObject({
  row: z.string().describe('Mostly a checkpoint.'),
  reason: z.string().describe('Why it could not be written.'),
});
export type UnwrittenCheckpoint = Told<typeof unwrittenCheckpoint>;

export const applied = z
  .strictObject({
    planId: z.string().describe('Of the plan that was applied.'),
    counts: changeCounts,
    underWay: count.describe('Of these, those that were being carried out already.'),
    calls: plannedCalls,
    checkpoints: count.describe('Checkpoints that were to be written to the ledger.'),
    notWritten: count.describe('Those of them that were not written: plan again.'),
    unwritten: z
      .array(unwrittenCheckpoint)
      .describe('The first of these that could not be written; for the others there was no time.'),
  })
  .describe('A plan was applied; it is being carried out.');
export type Applied = Told<typeof applied>;

export const confirmed = z
  .strictObject({
    id: z.string().describe('What was given to --confirm.'),
    revocations: count.describe('How many permissions will be revoked.'),
    tracked: count.describe('Permissions that the ledger tracked when the plan was made.'),
  })
  .describe('The plan that waited was let through, and a reconcile was started, which carries it out.');
export type Confirmed = Told<typeof confirmed>;

export const believed = z
  .strictObject({
    id: z.string().describe('What was given to --confirm.'),
    absent: count.describe('How many permissions are taken for gone where OpenAI says so once more.'),
    tracked: count.describe('Permissions that the ledger tracked then.'),
  })
  .describe('What has vanished at OpenAI, and waited for a person, is believed to be gone.');
export type Believed = Told<typeof believed>;

/** Revocations that are too many to be carried out before a person has confirmed them. */
export const waitingPlan = z.strictObject({
  id: z.string().describe('What "ckpt apply --confirm" takes.'),
  revocations: count.describe('How many permissions it revokes.'),
  tracked: count.describe('Permissions that the ledger tracked when the plan was made.'),
  since: isoTime.describe('When it was first made.'),
  confirmed: z.boolean().describe('Whether a person has let it through; it is not carried out yet.'),
});
export type WaitingPlanStatus = Told<typeof waitingPlan>;
