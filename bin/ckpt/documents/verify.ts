import { z } from 'zod';
import type { VerifiedCheckpoint, VerifiedProject } from '../verify/verified.ts';
import type { VerifyDocument } from '../verify.ts';
import { checkpoint, permissionId, permissionState, projectAlias, projectId } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const verifiedProject = schemaOf<VerifiedProject>()(
  z.strictObject({
    projectId,
    project: projectAlias,
    permissionId: permissionId.nullable().describe('As recorded; else as OpenAI shows it; null where there is none.'),
    recorded: permissionState.nullable().describe('Its state in the ledger; null where the ledger has none.'),
    live: z
      .enum(['there', 'missing', 'other-id', 'untracked'])
      .describe(
        'What OpenAI shows. there: under the id of the ledger. other-id: under another. untracked: the ledger has none.',
      ),
    modelPermissions: z
      .enum(['allowed', 'blocked', 'unclear'])
      .nullable()
      .describe("What the project's list of models says; unclear: it names the base model only. Null: not asked."),
    why: z.string().nullable().describe('Why so; null where it is allowed.'),
    sees: z
      .enum(['yes', 'no', 'no-key', 'unknown'])
      .nullable()
      .describe('Whether the project itself sees the model; no-key: the stack has no key of it. Null: not asked.'),
    seesWhy: z.string().nullable().describe('Why it does not, or why that is not known.'),
    ok: z.boolean().describe('Whether nothing keeps the project from using it, as far as can be told.'),
  }),
);

const verifiedCheckpoint = schemaOf<VerifiedCheckpoint>()(
  z.strictObject({
    checkpoint,
    ok: z.boolean().describe('Whether all of its projects are ok, and it is known.'),
    gone: z.string().nullable().describe('What OpenAI said when it knew the checkpoint no more; null while it does.'),
    projects: z.array(verifiedProject).describe('Those that are to have it, or were asked about.'),
  }),
);

/** What `ckpt verify` prints. */
export const verifyDocument = schemaOf<VerifyDocument>()(
  z.array(verifiedCheckpoint).describe('Whether the projects that are to have checkpoints can use them.'),
);
