import { z } from 'zod';
import type { ShareDocument } from '../share.ts';
import { checkpoint } from './parts.ts';
import { listedPermission } from './permission.ts';
import { schemaOf } from './schema-of.ts';
import { wantedBy } from './wanted-by.ts';

/** What `ckpt share` prints. */
export const shareDocument = schemaOf<ShareDocument>()(
  z
    .strictObject({
      checkpoint,
      wantedBy: z
        .array(wantedBy)
        .describe("Whose wish each is, in the order of the projects: somebody else's where it was wanted already."),
      permissions: z.array(listedPermission).describe('As they stand in the end; none with --no-wait.'),
    })
    .describe('What was asked for, and what came of it.'),
);
