import { z } from 'zod';
import type { PauseStatus } from '../../../lambdas/shared/contract/operator.ts';
import { isoTime } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const word = {
  at: isoTime.describe('Since when.'),
  by: z.string().nullable().describe('Who paused it, as they told it; null when they did not.'),
  why: z.string().nullable().describe('Why, in their words; null when they gave no reason.'),
};

/** What `ckpt pause` and `ckpt resume` print: what is paused as of now. */
export const pauseStatus = schemaOf<PauseStatus>()(
  z
    .strictObject({
      all: z.strictObject(word).nullable().describe('Null unless everything is paused.'),
      rules: z
        .array(z.strictObject({ rule: z.string().describe('Name of the rule.'), ...word }))
        .describe('Rules that are paused.'),
      sources: z
        .array(z.strictObject({ source: z.string().describe('Alias of the source project.'), ...word }))
        .describe('Source projects that are paused.'),
    })
    .describe('What is paused as of now.'),
);
