import { z } from 'zod';
import type { SentDocument } from '../webhook/sent-text.ts';
import { sourceAlias } from './parts.ts';
import { schemaOf } from './schema-of.ts';

/** What `ckpt webhook send` prints. */
export const sentDocument = schemaOf<SentDocument>()(
  z
    .strictObject({
      source: sourceAlias,
      url: z.string().describe('To which it was delivered.'),
      webhookId: z.string().nullable().describe("By which the webhook function's log names it."),
      type: z.string().describe('Of the event.'),
      expected: z.literal([200, 401]).describe('The status that each delivery is to be answered with.'),
      ok: z.boolean().describe('Whether each was.'),
      deliveries: z
        .array(
          z.strictObject({
            status: z.int().describe('HTTP status of the answer.'),
            body: z.string().describe('Body of the answer as text, cut where it is long.'),
          }),
        )
        .describe('What came back, one for each delivery.'),
    })
    .describe('A test event was signed and delivered.'),
);
