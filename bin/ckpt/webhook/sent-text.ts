import { z } from 'zod';
import { sourceAlias, type Told } from '../../../lambdas/shared/contract/parts.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/paint.ts';

/** What `ckpt webhook send` prints. */
export const sentDocument = z
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
  .describe('A test event was signed and delivered.');
export type SentDocument = Told<typeof sentDocument>;

/** For people. */
export function showSent({ url, type, webhookId, expected, ok, deliveries }: SentDocument, paint: Paint): string {
  const answers = deliveries.map(({ status, body }) => {
    const line = `${status} ${oneLine(body)}`.trim();
    return `  ${status === expected ? paint('green', line) : paint('red', line)}`;
  });
  const other = deliveries.find(({ status }) => status !== expected);
  const verdict = ok
    ? `As expected: ${expected}.`
    : paint('red', `Expected was ${expected}. ${adviceFor(other?.status ?? 0)}`);
  return `${[`${type} to ${url} (${webhookId})`, ...answers, verdict].join('\n')}\n`;
}

/** What an answer other than the expected one tells of; a whole sentence. */
export function adviceFor(status: number): string {
  if (status >= 500) {
    return 'The webhook function or its queue is not well: see docs/runbook.md#webhook-errors, and "ckpt doctor".';
  }
  if (status === 404) return 'There is no such source at this URL: is the stack deployed with it, and the URL whole?';
  if (status === 401)
    return 'The function verifies with another secret or clock, or something on the way changes the body.';
  if (status >= 300 && status < 400) return 'That is a redirect, which OpenAI does not follow, either.';
  if (status < 300) return 'What answers there does not verify deliveries: is it the webhook function?';
  return 'Something on the way refuses it.';
}
