import { z } from 'zod';
import type { Pin } from '../../../lambdas/core/policy/policy.ts';
import type { MigrateDocument } from '../migrate-terraform.ts';
import { checkpoint, projectId } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const pin = schemaOf<Pin>()(
  z.strictObject({ checkpoint, to: z.array(projectId).describe('Ids of the projects that are to have it.') }),
);

/** What `ckpt migrate terraform` prints. */
export const migrateDocument = schemaOf<MigrateDocument>()(
  z
    .strictObject({
      permissions: z.array(pin).describe('Pins for sharing.yaml: all that the state holds, by project ids.'),
      problems: z
        .array(
          z.strictObject({
            address: z.string().describe('As Terraform names it.'),
            message: z.string().describe('What could not be used and what to do about it, whole sentences.'),
          }),
        )
        .describe('What in the state could not be used.'),
      written: z
        .strictObject({
          file: z.string().describe('The policy file, as it was named.'),
          created: z.boolean().describe('Whether it was made.'),
          added: z.array(pin).describe('What the file had not; empty = it was not touched.'),
        })
        .exactOptional()
        .describe('With --out only: what became of the policy file.'),
    })
    .describe('Pins made of a Terraform state.'),
);
