import { z } from 'zod';
import { count, isoTime, jobId, type Told } from './parts.ts';

const word = z.strictObject({
  at: isoTime.describe('Since when.'),
  by: z.string().nullable().describe('Who paused it, as they told it; null when they did not.'),
  why: z.string().nullable().describe('Why, in their words; null when they gave no reason.'),
});
export type PauseWordStatus = Told<typeof word>;

/** What is paused as of now. */
export const pauseStatus = z
  .strictObject({
    all: word.nullable().describe('Null unless everything is paused.'),
    rules: z
      .array(z.strictObject({ rule: z.string().describe('Name of the rule.'), ...word.shape }))
      .describe('Rules that are paused.'),
    sources: z
      .array(z.strictObject({ source: z.string().describe('Alias of the source project.'), ...word.shape }))
      .describe('Source projects that are paused.'),
  })
  .describe('What is paused as of now.');
export type PauseStatus = Told<typeof pauseStatus>;

export const redriven = z
  .strictObject({
    moved: count.describe('Messages that were moved back into the queue.'),
    jobIds: z.array(jobId).describe('The jobs that they ask to look at, each once.'),
    left: z.boolean().describe('Whether more may be left.'),
    unreadable: count.describe('Messages that were left where they are, because they name no job.'),
  })
  .describe('What became of the dead letters.');
export type Redriven = Told<typeof redriven>;
