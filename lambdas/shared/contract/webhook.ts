import { z } from 'zod';
import { jobId, type Told } from './parts.ts';

const check = z.strictObject({
  check: z
    .enum(['id', 'timestamp-format', 'signature-format', 'timestamp-tolerance', 'signature', 'event'])
    .describe('What was checked.'),
  passed: z.boolean().describe('Whether it passed.'),
  message: z.string().nullable().describe('Why it failed, or what was found.'),
});
export type DeliveryCheck = Told<typeof check>;

export const verifiedDelivery = z.strictObject({
  accepted: z.boolean().describe('Whether the webhook function would take it at that moment.'),
  checks: z
    .array(check)
    .describe('In the order in which they are made; those after a failed one are made all the same.'),
  event: z
    .strictObject({
      type: z.string().describe('Of the event.'),
      jobId: jobId.nullable().describe('The job that it is about, ftjob-…; null where it is about none.'),
    })
    .nullable()
    .describe('What it asks for; null when it is no event.'),
});
export type VerifiedDelivery = Told<typeof verifiedDelivery>;

/** A delivery, ready to be sent. It is good for some minutes, and says nothing of the secret. */
export interface SignedEvent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
