import { z } from 'zod';
import type { Told } from './parts.ts';

export const finding = z.strictObject({
  check: z.string().describe('Of the check, and of the source where it is of one: admin-key, project-key research, ….'),
  state: z
    .enum(['good', 'notice', 'bad', 'waiting'])
    .describe('waiting: it could not be checked in time, for want of a slot for its admin call.'),
  message: z.string().describe('What was found, a whole sentence.'),
  mend: z.string().nullable().describe('How to mend it, a whole sentence; null where there is nothing to mend.'),
  retryAfterSeconds: z.number().nullable().describe('When it is waiting: after how many seconds to ask again.'),
});
export type Finding = Told<typeof finding>;

export interface Checked {
  readonly at: string;
  readonly policyDigest: string;
  /** Version of the deployed code. */
  readonly version: string;
  readonly findings: readonly Finding[];
}
