import type { z } from 'zod';
import { adoptDocument } from './adopt.ts';
import { applyDocument } from './apply.ts';
import { checkpointsDocument } from './checkpoints.ts';
import { completionDocument } from './completion.ts';
import { configDocument } from './config-check.ts';
import { doctorDocument } from './doctor.ts';
import { eventsDocument } from './events.ts';
import { forgetDocument, ignoreDocument } from './hold.ts';
import { jobsDocument } from './jobs.ts';
import { listDocument } from './list.ts';
import { migrateDocument } from './migrate-terraform.ts';
import { pauseStatus } from './paused.ts';
import { planDocument } from './plan.ts';
import { reconcileDocument } from './reconcile.ts';
import { redriveDocument } from './redrive.ts';
import { repairDocument } from './repair.ts';
import { revokeDocument } from './revoke.ts';
import { shareDocument } from './share.ts';
import { showDocument } from './show.ts';
import { statusDocument } from './status.ts';
import { verifyDocument } from './verify.ts';
import { sentDocument } from './webhook-send.ts';
import { verifiedDocument } from './webhook-verify.ts';

/** What each command prints with `--json`, by its name as it is typed after `ckpt`, in the order of the help. */
export const DOCUMENTS = {
  list: listDocument,
  status: statusDocument,
  plan: planDocument,
  apply: applyDocument,
  reconcile: reconcileDocument,
  repair: repairDocument,
  share: shareDocument,
  revoke: revokeDocument,
  show: showDocument,
  adopt: adoptDocument,
  forget: forgetDocument,
  ignore: ignoreDocument,
  jobs: jobsDocument,
  checkpoints: checkpointsDocument,
  events: eventsDocument,
  pause: pauseStatus,
  resume: pauseStatus,
  redrive: redriveDocument,
  verify: verifyDocument,
  doctor: doctorDocument,
  'webhook send': sentDocument,
  'webhook verify': verifiedDocument,
  'config check': configDocument,
  'migrate terraform': migrateDocument,
  completion: completionDocument,
} as const satisfies Record<string, z.ZodType>;

export type DocumentedCommand = keyof typeof DOCUMENTS;
