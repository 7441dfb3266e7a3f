import { z } from 'zod';
import { HOLDS } from '../../../lambdas/core/model/permission.ts';
import type { ForgottenJob, HeldResult } from '../../../lambdas/shared/contract/operator.ts';
import type { ForgetDocument } from '../hold.ts';
import { checkpoint, jobId, permissionId, projectAlias, projectId, sourceAlias } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const held = schemaOf<HeldResult>()(
  z
    .strictObject({
      checkpoint,
      kind: z.enum(HOLDS).describe('What was said of them, or taken back.'),
      undone: z.boolean().describe('Whether it was taken back.'),
      projects: z
        .array(
          z.strictObject({
            projectId,
            project: projectAlias,
            permissionIds: z.array(permissionId).describe('Under which the ledger had it.'),
          }),
        )
        .describe('Of which it was said.'),
    })
    .describe("What a person's word changed."),
);

const forgottenJob = schemaOf<ForgottenJob>()(
  z
    .strictObject({
      jobId,
      source: sourceAlias,
      permissions: z
        .array(z.strictObject({ checkpoint, projectId }))
        .describe('Permissions that were tracked for it and are no more.'),
    })
    .describe('A job is forgotten, with its permissions.'),
);

/** What `ckpt ignore` prints. */
export const ignoreDocument = held;

/** What `ckpt forget` prints. */
export const forgetDocument = schemaOf<ForgetDocument>()(
  z.union([held, forgottenJob]).describe('What is tracked no more: permissions, or a job with its permissions.'),
);
