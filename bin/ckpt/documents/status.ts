import { z } from 'zod';
import type { StatusDocument } from '../status.ts';
import { count, isoTime, permissionCounts, region, sha256, stack } from './parts.ts';
import { pauseStatus } from './paused.ts';
import { schemaOf } from './schema-of.ts';
import {
  absentStatus,
  auditLogStatus,
  reconcileStatus,
  shutdownStatus,
  sourceStatus,
  unwrittenStatus,
  verificationStatus,
} from './status-sources.ts';
import { due, endpointStatus, jobsStatus, queueDepth, refusedProject } from './status-work.ts';
import { waitingPlan } from './waiting-plan.ts';

/** What `ckpt status` prints. */
export const statusDocument = schemaOf<StatusDocument>()(
  z
    .strictObject({
      stack,
      region,
      at: isoTime.describe("As of when all of it is told, by the operator function's clock."),
      policyDigest: sha256.describe('SHA-256, hex, of what the deployed policy decides.'),
      sources: z.array(sourceStatus).describe('The source projects.'),
      permissions: permissionCounts,
      checkpoints: count.describe('Checkpoints in the ledger.'),
      flapping: count.describe('Permissions that were repaired so often that they are left alone; drifted, too.'),
      due,
      pacer: z.array(endpointStatus).describe('How each admin endpoint is paced.'),
      queue: queueDepth.nullable().describe('The queue of jobs to look at; null when it could not be read.'),
      deadLetters: queueDepth.nullable().describe('Messages that failed every time; null when not readable.'),
      jobs: jobsStatus,
      refusedProjects: z
        .array(refusedProject)
        .describe('Projects that are left out of every POST until their next try.'),
      reconcile: reconcileStatus,
      verification: verificationStatus,
      auditLog: auditLogStatus,
      shutdowns: z
        .array(shutdownStatus)
        .describe('Shutdowns of shared models within 90 days, and those that have come; the earliest first.'),
      waitingPlan: waitingPlan.nullable().describe('Null when no plan waits for a person.'),
      paused: pauseStatus,
      unwritten: unwrittenStatus,
      absent: absentStatus.nullable().describe('Null while OpenAI shows what the ledger has.'),
    })
    .describe('How the system stands at one moment.'),
);
