import { z } from 'zod';
import type {
  AbsentStatus,
  AuditLogStatus,
  ReconcileStatus,
  ShutdownStatus,
  SourceStatus,
  SweepStatus,
  UnwrittenStatus,
  VerificationStatus,
  WaitingAbsenceStatus,
} from '../../../lambdas/shared/contract/operator.ts';
import { count, isoTime, jobId, projectId } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const sweep = schemaOf<SweepStatus>()(
  z.strictObject({
    sweptAt: isoTime.nullable().describe('When a sweep last came to its end.'),
    backfill: z
      .strictObject({ jobs: count.describe('Jobs that it has seen so far.') })
      .nullable()
      .describe('A sweep that has not come to its end yet; null = none is under way.'),
    openJobs: count.describe(
      'Jobs to be looked at again: not ended when last seen, not in the ledger yet, or not told whole by OpenAI.',
    ),
    oddJobs: z
      .array(
        z.strictObject({
          jobId: jobId.nullable().describe('The job, ftjob-…; null where it has no id.'),
          problem: z.string().describe('What is wrong with its form.'),
        }),
      )
      .describe('Jobs that OpenAI lists in a form that cannot be read, at most some 100.'),
    error: z.string().nullable().describe('Why the last sweep failed; null when it did not.'),
  }),
);

export const sourceStatus = schemaOf<SourceStatus>()(
  z.strictObject({
    alias: z.string().describe('Alias of the source project.'),
    projectId: projectId.nullable().describe("OpenAI's id of it; null for a source that the policy has no more."),
    lastWebhookAt: isoTime.nullable().describe('When a genuine webhook last came.'),
    lastJobId: jobId.nullable().describe('The job that was last looked at, ftjob-….'),
    lastJobAt: isoTime.nullable().describe('When that was.'),
    lastUnknownJob: z
      .strictObject({ jobId, at: isoTime.describe('When that was found.') })
      .nullable()
      .describe(
        "The last job that was to be looked at and that OpenAI does not have: a test event's, or one of a project that the source's key is not of. Null where there was none, or it has come since.",
      ),
    jobs: count.describe('Jobs in the ledger.'),
    sweep: sweep.nullable().describe('How far the sweep of its jobs has come; null before the first one.'),
  }),
);

export const reconcileStatus = schemaOf<ReconcileStatus>()(
  z
    .strictObject({
      startedAt: isoTime.nullable().describe('When it started.'),
      endedAt: isoTime.nullable().describe('When it ended; null while it runs, or when it was cut off.'),
      error: z.string().nullable().describe('What failed; null when nothing did.'),
    })
    .describe('The last reconcile; all null before the first.'),
);

export const verificationStatus = schemaOf<VerificationStatus>()(
  z
    .strictObject({
      checkpoints: count.describe('Checkpoints with permissions that a list can tell something of.'),
      oldestAt: isoTime.nullable().describe('When the one that was not seen for longest was seen.'),
      medianAt: isoTime.nullable().describe('When half of them were seen, or later.'),
      fullPassSeconds: count
        .nullable()
        .describe('How long it takes to list all of them; null when the budget is 0 or there are none.'),
    })
    .describe('How old the knowledge is that OpenAI has what the ledger has.'),
);

export const auditLogStatus = schemaOf<AuditLogStatus>()(
  z
    .strictObject({
      setting: z.enum(['auto', 'off', 'required']).describe('What sharing.yaml says.'),
      access: z.enum(['unknown', 'on', 'off']).describe('What OpenAI says; off: not switched on, or not for the key.'),
      readAt: isoTime.nullable().describe('When it was last read to its end, or refused.'),
      refusal: z.string().nullable().describe('What OpenAI said when it was last refused.'),
      listsPerDay: count.describe('LIST calls that verification takes a day as things are.'),
      listsPerDayWithLog: count.describe('Those that it would take where the audit log is read.'),
    })
    .describe("OpenAI's audit log of the organisation."),
);

export const unwrittenStatus = schemaOf<UnwrittenStatus>()(
  z
    .strictObject({
      count: count.describe('How many there are.'),
      rows: z
        .array(
          z.strictObject({
            row: z.string().describe('Mostly a checkpoint.'),
            by: z.enum(['reconcile', 'share']).describe('The function that tried.'),
            reason: z.string().describe('Why it could not be written.'),
            at: isoTime.describe('When it was last tried.'),
            retryAt: isoTime.nullable().describe('When it is tried again; null = with the next reconcile.'),
          }),
        )
        .describe('The first of them.'),
    })
    .describe('Rows of the ledger that could not be written; other rows are not held up.'),
);

const waitingAbsence = schemaOf<WaitingAbsenceStatus>()(
  z.strictObject({
    id: z.string().describe('What "ckpt apply --confirm" takes.'),
    checkpoints: count.describe('How many checkpoints it is about.'),
    permissions: count.describe('How many permissions would be taken for gone.'),
    since: isoTime.describe('When the first of them was not shown any more.'),
  }),
);

export const absentStatus = schemaOf<AbsentStatus>()(
  z
    .strictObject({
      checkpoints: count.describe('Checkpoints that OpenAI does not know any more, or lists nothing of.'),
      permissions: count.describe('Their permissions, which the ledger keeps.'),
      since: isoTime.describe('When OpenAI first answered so.'),
      reason: z.string().describe('What it answered, and why that is not believed.'),
      waiting: waitingAbsence.nullable().describe("What waits for a person's word; null where nothing does."),
    })
    .describe('What OpenAI does not show any more, and what is not believed to be gone.'),
);

export const shutdownStatus = schemaOf<ShutdownStatus>()(
  z.strictObject({
    baseModel: z.string().describe('The base model that OpenAI shuts down.'),
    date: z.iso.date().describe('From 00:00 UTC on.'),
    source: z.enum(['openai', 'table', 'sharing.yaml']).describe('Where the date is from.'),
    daysLeft: z.int().describe('0 or less once the date has come.'),
    checkpoints: count.describe('Shared checkpoints of it.'),
    permissions: count.describe('Permissions for these.'),
    projects: count.describe('Projects that lose any of these.'),
  }),
);
