import { z } from 'zod';
import type { ReconcileDocument, SettledDocument, StartedDocument } from '../reconcile.ts';
import { count, isoTime, permissionCounts, region, stack } from './parts.ts';
import { pauseStatus } from './paused.ts';
import { schemaOf } from './schema-of.ts';
import { waitingPlan } from './waiting-plan.ts';

const askedAt = isoTime.describe("When it was asked for, by the operator function's clock.");

const started = schemaOf<StartedDocument>()(
  z
    .strictObject({
      stack,
      region,
      verifyAll: z.boolean().describe('Whether every tracked checkpoint is listed at OpenAI.'),
      askedAt,
    })
    .describe('A reconcile was started.'),
);

const settled = schemaOf<SettledDocument>()(
  z
    .strictObject({
      stack,
      region,
      askedAt,
      seconds: count.describe('How long it took.'),
      at: isoTime.describe('As of when the rest is told.'),
      permissions: permissionCounts,
      flapping: count.describe('Permissions that were repaired so often that they are left alone; drifted, too.'),
      waitingPlan: waitingPlan.nullable().describe('Null when no plan waits for a person.'),
      paused: pauseStatus,
    })
    .describe('With --wait: nothing is due any more.'),
);

/** What `ckpt reconcile` prints. */
export const reconcileDocument = schemaOf<ReconcileDocument>()(
  z.union([started, settled]).describe('That a reconcile was started; with --wait, how all of it came to its end.'),
);
