import { z } from 'zod';
import { LANES } from '../../../lambdas/core/ports.ts';
import type {
  DueStatus,
  EndpointStatus,
  JobsStatus,
  QueueDepth,
  RefusedProjectStatus,
} from '../../../lambdas/shared/contract/operator.ts';
import { count, isoTime, jobId, projectAlias, projectId, sourceAlias } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const dueInLane = schemaOf<DueStatus>()(
  z.strictObject({
    now: count.describe('Due by now.'),
    oldestAt: isoTime.nullable().describe('Since when the oldest of them is due.'),
    later: count.describe('Due later: retries and rechecks.'),
    nextAt: isoTime.nullable().describe('When the first of them is due.'),
  }),
);

const [create, list, remove] = LANES;

export const due = z
  .strictObject({
    [create]: dueInLane.describe('For a POST that grants.'),
    [list]: dueInLane.describe('For a GET that looks.'),
    [remove]: dueInLane.describe('For a DELETE that revokes.'),
  })
  .describe('Checkpoints that wait for an admin call, by the kind of call.');

export const endpointStatus = schemaOf<EndpointStatus>()(
  z.strictObject({
    endpoint: z.string().describe("The pacer's name of the admin endpoint."),
    limit: count.describe('Calls a window as of now; below configuredLimit after a 429.'),
    configuredLimit: count.describe('Calls a window to begin with.'),
    windowSeconds: z.number().describe('How long a window is.'),
    callsInWindow: count.describe('Calls that count against the limit now.'),
    nextCallAt: isoTime.describe('When the next urgent call may go; at of the status when it may go at once.'),
    holdReason: z.string().nullable().describe('Why no call goes before; null when only the limit says so.'),
  }),
);

export const queueDepth = schemaOf<QueueDepth>()(
  z.strictObject({
    waiting: count.describe('Messages that wait, approximately.'),
    inFlight: count.describe('Messages that are being worked on, approximately.'),
  }),
);

export const jobsStatus = schemaOf<JobsStatus>()(
  z
    .strictObject({
      known: count.describe('Jobs in the ledger.'),
      notEnded: count.describe('Those that had not ended when last seen.'),
      withNotes: count.describe('Those that have something to say.'),
      notes: z
        .array(
          z.strictObject({
            jobId,
            source: sourceAlias,
            status: z.string().describe("In OpenAI's words: succeeded, failed, cancelled, running, …."),
            note: z.string().describe('Why nothing, or less than a rule asked for, was shared.'),
            observedAt: isoTime.describe('When it was last looked at.'),
          }),
        )
        .describe('The last observed of them.'),
    })
    .describe('The fine-tuning jobs.'),
);

export const refusedProject = schemaOf<RefusedProjectStatus>()(
  z.strictObject({
    projectId,
    project: projectAlias,
    reason: z.string().describe('What OpenAI said.'),
    retryAt: isoTime.describe('When it is tried again.'),
  }),
);
