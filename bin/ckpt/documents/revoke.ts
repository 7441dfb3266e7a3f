import { z } from 'zod';
import type { ToRevoke } from '../../../lambdas/shared/contract/operator.ts';
import type { RevokeDocument } from '../revoke.ts';
import { checkpoint, permissionId, projectAlias, projectId } from './parts.ts';
import { listedPermission } from './permission.ts';
import { schemaOf } from './schema-of.ts';
import { wantedBy } from './wanted-by.ts';

const toRevoke = schemaOf<ToRevoke>()(
  z.strictObject({
    projectId,
    project: projectAlias,
    permissionIds: z.array(permissionId).describe('Each takes one DELETE; none where it was never granted.'),
    what: z
      .enum(['revoke', 'drop', 'nothing-to-do'])
      .describe('revoke: with a DELETE. drop: without a call. nothing-to-do: it is revoked, or being revoked already.'),
    wantedAgainBy: wantedBy
      .nullable()
      .describe('Who wants it, so that the next reconcile shares it again; null where nobody does, or it is withheld.'),
  }),
);

/** What `ckpt revoke` prints. */
export const revokeDocument = schemaOf<RevokeDocument>()(
  z
    .strictObject({
      checkpoint,
      done: z.boolean().describe('Whether it was done; without --yes it is only told.'),
      permissions: z.array(toRevoke).describe('What was, or is to be, done about each project.'),
      left: z
        .array(listedPermission)
        .describe('Those of them that are not revoked in the end: a rule or a pin has had them shared again.'),
    })
    .describe('What was revoked, or without --yes what would be.'),
);
