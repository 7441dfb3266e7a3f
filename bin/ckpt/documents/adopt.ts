import { z } from 'zod';
import type { AdoptedPermission, AdoptResult } from '../../../lambdas/shared/contract/operator.ts';
import type { AdoptDocument } from '../adopt.ts';
import type { AdoptedState } from '../adopt-state.ts';
import { checkpoint, jobId, permissionId, projectAlias, projectId } from './parts.ts';
import { schemaOf } from './schema-of.ts';
import { shownJob } from './show-job.ts';
import { wantedBy } from './wanted-by.ts';

const adoptedPermission = schemaOf<AdoptedPermission>()(
  z.strictObject({
    projectId,
    project: projectAlias,
    permissionId,
    already: z.boolean().describe('Whether the ledger had it before.'),
    wantedBy: wantedBy.describe('Whose wish it is from now on.'),
  }),
);

const adoptedPermissions = schemaOf<AdoptResult>()(
  z
    .strictObject({
      checkpoint,
      adopted: z.array(adoptedPermission).describe('What is tracked from now on, or was already.'),
      missing: z.array(z.string()).describe('Permission ids and project ids that were asked for, and are not there.'),
      others: z
        .array(z.strictObject({ projectId, permissionId }))
        .describe('At OpenAI, not asked for, and not tracked: foreign.'),
    })
    .describe('Permissions of one checkpoint.'),
);

const adoptedState = schemaOf<AdoptedState>()(
  z
    .strictObject({
      checkpoints: z.array(adoptedPermissions).describe('What came of each checkpoint.'),
      failed: z
        .array(
          z.strictObject({
            what: z.string().describe('A checkpoint, a permission id, or an address in the state.'),
            message: z.string().describe('Why, a whole sentence.'),
            next: z.string().nullable().describe('What to do about it; null where there is nothing to be done.'),
          }),
        )
        .describe('What was in the state and could not be adopted.'),
      jobIds: z.array(jobId).describe('Jobs that the state has, too: each may be adopted by itself.'),
    })
    .describe('With --terraform-state: all that it holds.'),
);

/** What `ckpt adopt` prints. */
export const adoptDocument = schemaOf<AdoptDocument>()(
  z
    .union([adoptedPermissions, shownJob, adoptedState])
    .describe('What was adopted: permissions of one checkpoint, a job, or all of a Terraform state.'),
);
