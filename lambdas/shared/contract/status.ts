import { z } from 'zod';
import { LANES } from '../../core/model/permission.ts';
import {
  count,
  isoTime,
  jobId,
  permissionCounts,
  projectAlias,
  projectId,
  sha256,
  sourceAlias,
  type Told,
} from './parts.ts';
import { pauseStatus } from './pause.ts';
import { waitingPlan } from './plan.ts';

const sweep = z.strictObject({
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
});
export type SweepStatus = Told<typeof sweep>;

const sourceStatus = z.strictObject({
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
  webhookEndpoint: z
    .string()
    .nullable()
    .describe(
      'What is wrong with its webhook endpoint at OpenAI, and how to mend it; null where nothing is known to be, as where the project key may not read it.',
    ),
  jobs: count.describe('Jobs in the ledger.'),
  sweep: sweep.nullable().describe('How far the sweep of its jobs has come; null before the first one.'),
});
export type SourceStatus = Told<typeof sourceStatus>;

const reconcileStatus = z
  .strictObject({
    startedAt: isoTime.nullable().describe('When it started.'),
    endedAt: isoTime.nullable().describe('When it ended; null while it runs, or when it was cut off.'),
    error: z.string().nullable().describe('What failed; null when nothing did.'),
  })
  .describe('The last reconcile; all null before the first.');
export type ReconcileStatus = Told<typeof reconcileStatus>;

const fullPassStatus = z
  .strictObject({
    at: isoTime.nullable().describe('When the last one began that came to its end; null before the first.'),
    nextAt: isoTime.nullable().describe('When the next one is due, if policy and pauses stay as they are.'),
    underWay: z
      .strictObject({
        startedAt: isoTime.describe('When it began.'),
        part: z
          .enum(['jobs', 'checkpoints', 'revocations'])
          .describe('What it goes through: nothing is revoked before all checkpoints have been looked at.'),
        jobs: count.describe('Jobs that it has looked at.'),
        checkpoints: count.describe('Checkpoints that it has looked at.'),
        ofCheckpoints: count.nullable().describe('How many the last one has seen; null where there was none.'),
      })
      .nullable()
      .describe('One that goes on over several invocations of the reconcile function; null = none is.'),
  })
  .describe('The sweep that looks at the whole ledger, once a day and when policy or pauses change.');
export type FullPassStatus = Told<typeof fullPassStatus>;

const verificationStatus = z
  .strictObject({
    checkpoints: count.describe('Checkpoints with permissions that a list can tell something of.'),
    oldestAt: isoTime.nullable().describe('When the one that was not seen for longest was seen.'),
    medianAt: isoTime.nullable().describe('When half of them were seen, or later.'),
    fullPassSeconds: count
      .nullable()
      .describe('How long it takes to list all of them; null when the budget is 0 or there are none.'),
  })
  .describe('How old the knowledge is that OpenAI has what the ledger has.');
export type VerificationStatus = Told<typeof verificationStatus>;

const auditLogStatus = z
  .strictObject({
    setting: z.enum(['auto', 'off', 'required']).describe('What sharing.yaml says.'),
    access: z.enum(['unknown', 'on', 'off']).describe('What OpenAI says; off: not switched on, or not for the key.'),
    readAt: isoTime.nullable().describe('When it was last read to its end, or refused.'),
    refusal: z.string().nullable().describe('What OpenAI said when it was last refused.'),
    listsPerDay: count.describe('LIST calls that verification takes a day as things are.'),
    listsPerDayWithLog: count.describe('Those that it would take where the audit log is read.'),
  })
  .describe("OpenAI's audit log of the organisation.");
export type AuditLogStatus = Told<typeof auditLogStatus>;

const unwrittenRow = z.strictObject({
  row: z.string().describe('Mostly a checkpoint.'),
  by: z.enum(['reconcile', 'share']).describe('The function that tried.'),
  reason: z.string().describe('Why it could not be written.'),
  at: isoTime.describe('When it was last tried.'),
  retryAt: isoTime.nullable().describe('When it is tried again; null = with the next reconcile.'),
});
export type UnwrittenRowStatus = Told<typeof unwrittenRow>;

const unwrittenStatus = z
  .strictObject({
    count: count.describe('How many there are.'),
    rows: z.array(unwrittenRow).describe('The first of them.'),
  })
  .describe('Rows of the ledger that could not be written; other rows are not held up.');
export type UnwrittenStatus = Told<typeof unwrittenStatus>;

const waitingAbsence = z.strictObject({
  id: z.string().describe('What "ckpt apply --confirm" takes.'),
  checkpoints: count.describe('How many checkpoints it is about.'),
  permissions: count.describe('How many permissions would be taken for gone.'),
  since: isoTime.describe('When the first of them was not shown any more.'),
});
export type WaitingAbsenceStatus = Told<typeof waitingAbsence>;

const absentStatus = z
  .strictObject({
    checkpoints: count.describe(
      'Checkpoints that OpenAI does not know any more, lists nothing of, or lists in a form that cannot be read.',
    ),
    permissions: count.describe('Their permissions, which the ledger keeps.'),
    since: isoTime.describe('When OpenAI first answered so.'),
    reason: z.string().describe('What it answered, and why that is not believed.'),
    waiting: waitingAbsence.nullable().describe("What waits for a person's word; null where nothing does."),
  })
  .describe('What OpenAI does not show any more, and what is not believed to be gone.');
export type AbsentStatus = Told<typeof absentStatus>;

const keyWatchStatus = z
  .strictObject({
    lookedAt: isoTime
      .nullable()
      .describe('When the keys were looked at, those for whom that is longest ago; null = never.'),
    problems: z.array(z.string()).describe('Why OpenAI did not show some of them.'),
    concerns: z
      .array(
        z.strictObject({
          signal: z
            .enum(['key-expiring', 'key-unused', 'key-deleted-elsewhere', 'rotation-overdue'])
            .describe('Also the name of the alarm, and of its article in the runbook.'),
          subject: z.string().describe('The key, key_…, or the ARN of the secret that should have been rotated.'),
          message: z.string().describe('What is so, a whole sentence.'),
        }),
      )
      .describe('What a person has to do something about.'),
  })
  .describe('The keys that the system works with, and those that were made here.');
export type KeyWatchStatus = Told<typeof keyWatchStatus>;

const shutdownStatus = z.strictObject({
  baseModel: z.string().describe('The base model that OpenAI shuts down.'),
  date: z.iso.date().describe('From 00:00 UTC on.'),
  source: z.enum(['openai', 'table', 'sharing.yaml']).describe('Where the date is from.'),
  daysLeft: z.int().describe('0 or less once the date has come.'),
  checkpoints: count.describe('Shared checkpoints of it.'),
  permissions: count.describe('Permissions for these.'),
  projects: count.describe('Projects that lose any of these.'),
});
export type ShutdownStatus = Told<typeof shutdownStatus>;

const dueInLane = z.strictObject({
  now: count.describe('Due by now.'),
  oldestAt: isoTime.nullable().describe('Since when the oldest of them is due.'),
  later: count.describe('Due later: retries and rechecks.'),
  nextAt: isoTime.nullable().describe('When the first of them is due.'),
});
export type DueStatus = Told<typeof dueInLane>;

const [create, list, remove] = LANES;

const due = z
  .strictObject({
    [create]: dueInLane.describe('For a POST that grants.'),
    [list]: dueInLane.describe('For a GET that looks.'),
    [remove]: dueInLane.describe('For a DELETE that revokes.'),
  })
  .describe('Checkpoints that wait for an admin call, by the kind of call.');

const endpointStatus = z.strictObject({
  endpoint: z.string().describe("The pacer's name of the admin endpoint."),
  limit: count.describe(
    'Calls a window as of now; below configuredLimit after a 429, above it where OpenAI has borne more.',
  ),
  configuredLimit: count.describe('Calls a window to begin with.'),
  windowSeconds: z.number().describe('How long a window is.'),
  callsInWindow: count.describe('Calls that count against the limit now.'),
  callsAt: z.array(isoTime).describe('When each of these began, the earliest first.'),
  nextCallAt: isoTime.describe('When the next urgent call may go; at of the status when it may go at once.'),
  holdReason: z.string().nullable().describe('Why no call goes before; null when only the limit says so.'),
});
export type EndpointStatus = Told<typeof endpointStatus>;

const queueDepth = z.strictObject({
  waiting: count.describe('Messages that wait, approximately.'),
  inFlight: count.describe('Messages that are being worked on, approximately.'),
});
export type QueueDepth = Told<typeof queueDepth>;

const jobNote = z.strictObject({
  jobId,
  source: sourceAlias,
  status: z.string().describe("In OpenAI's words: succeeded, failed, cancelled, running, …."),
  note: z.string().describe('Why nothing, or less than a rule asked for, was shared.'),
  observedAt: isoTime.describe('When it was last looked at.'),
});
export type JobNote = Told<typeof jobNote>;

const jobsStatus = z
  .strictObject({
    known: count.describe('Jobs in the ledger.'),
    notEnded: count.describe('Those that had not ended when last seen.'),
    withNotes: count.describe('Those that have something to say.'),
    notes: z.array(jobNote).describe('The last observed of them.'),
  })
  .describe('The fine-tuning jobs.');
export type JobsStatus = Told<typeof jobsStatus>;

const refusedProject = z.strictObject({
  projectId,
  project: projectAlias,
  reason: z.string().describe('What OpenAI said.'),
  retryAt: isoTime.describe('When it is tried again.'),
});
export type RefusedProjectStatus = Told<typeof refusedProject>;

/** How the system stands at one moment. */
export const statusResult = z
  .strictObject({
    at: isoTime.describe("As of when all of it is told, by the operator function's clock."),
    policyDigest: sha256.describe('SHA-256, hex, of what the deployed policy decides.'),
    sources: z.array(sourceStatus).describe('The source projects.'),
    permissions: permissionCounts,
    checkpoints: count.describe('Checkpoints in the ledger.'),
    countedAt: isoTime
      .nullable()
      .describe(
        'Since when permissions and checkpoints of a large ledger are counted by what changes; jobs, verification and shutdowns are as of then, and of what is due at most 5000 a lane and priority are counted. Null = all was counted for this answer.',
      ),
    flapping: count.describe('Permissions that were repaired so often that they are left alone; drifted, too.'),
    due,
    pacer: z.array(endpointStatus).describe('How each admin endpoint is paced.'),
    queue: queueDepth.nullable().describe('The queue of jobs to look at; null when it could not be read.'),
    deadLetters: queueDepth.nullable().describe('Messages that failed every time; null when not readable.'),
    jobs: jobsStatus,
    refusedProjects: z.array(refusedProject).describe('Projects that are left out of every POST until their next try.'),
    reconcile: reconcileStatus,
    fullPass: fullPassStatus,
    verification: verificationStatus,
    auditLog: auditLogStatus,
    shutdowns: z
      .array(shutdownStatus)
      .describe('Shutdowns of shared models within 90 days, and those that have come; the earliest first.'),
    waitingPlan: waitingPlan.nullable().describe('Null when no plan waits for a person.'),
    paused: pauseStatus,
    unwritten: unwrittenStatus,
    keys: keyWatchStatus,
    absent: absentStatus.nullable().describe('Null while OpenAI shows what the ledger has.'),
  })
  .describe('How the system stands at one moment.');
export type Status = Told<typeof statusResult>;

/** What is deployed. */
export const versionResult = z.strictObject({
  version: z.string().describe('Version of the deployed code.'),
  policyDigest: sha256.describe('SHA-256, hex, of what the deployed policy decides.'),
});
export type Version = Told<typeof versionResult>;
