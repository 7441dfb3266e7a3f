import { oneLine } from '../one-line.ts';
import type { Paint } from '../paint.ts';
import type { Answered } from './post.ts';

/** What `ckpt webhook send --json` prints. */
export interface SentDocument {
  readonly source: string;
  readonly url: string;
  /** By which the webhook function's log names it. */
  readonly webhookId: string | null;
  readonly type: string;
  /** The status that each delivery is to be answered with. */
  readonly expected: 200 | 401;
  readonly ok: boolean;
  readonly deliveries: readonly Answered[];
}

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
