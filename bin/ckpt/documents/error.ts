import { z } from 'zod';
import type { ErrorDocument } from '../errors.ts';
import { schemaOf } from './schema-of.ts';

/** What any command prints instead of its own document when it fails. */
export const errorDocument = schemaOf<ErrorDocument>()(
  z
    .strictObject({
      error: z
        .strictObject({
          name: z.string().describe('Of the kind of error, as in NoCredentialsError: for scripts.'),
          message: z.string().describe('What is wrong, whole sentences.'),
          next: z.string().describe('The next step to take, whole sentences.'),
        })
        .describe('What went wrong.'),
    })
    .describe('What any command prints instead when it fails; its exit code is 1 then.'),
);
