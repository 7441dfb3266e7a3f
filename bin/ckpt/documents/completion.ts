import { z } from 'zod';
import type { CompletionDocument } from '../completion.ts';
import { schemaOf } from './schema-of.ts';

/** What `ckpt completion` prints. */
export const completionDocument = schemaOf<CompletionDocument>()(
  z
    .strictObject({
      shell: z.enum(['bash', 'zsh', 'fish']).describe('The shell that it is for.'),
      script: z.string().describe('To be run by that shell.'),
    })
    .describe('A script that has a shell complete commands, options and their values.'),
);
