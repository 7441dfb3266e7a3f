import { JOB_ID } from '../model/ids.ts';
import { OWN_EVENT_PREFIX } from './test-event.ts';

/** What a verified body asks for. `isOurs`: a test event that we signed ourselves, which says nothing of OpenAI. */
export type WebhookEvent =
  | { readonly kind: 'job'; readonly jobId: string; readonly type: string; readonly isOurs?: true }
  | { readonly kind: 'ignored'; readonly type: string }
  | { readonly kind: 'invalid'; readonly message: string };

/** The event types that a job's end sends. Source: OpenAI's webhook event types, November 2026. */
export const JOB_ENDED = ['fine_tuning.job.succeeded', 'fine_tuning.job.failed', 'fine_tuning.job.cancelled'] as const;

/**
 * Reads the body of a delivery whose signature was verified: `{id, type, data}`. Types that are not a job's end, new
 * ones too, are `ignored`; `invalid` is what is no event at all. Of a key given twice the last one counts, as
 * everywhere in JSON; the body is read here only, so no second reader can see the other one.
 */
export function parseEvent(body: Uint8Array): WebhookEvent {
  const event = parseJson(body);
  if (event === undefined) return invalid('is not JSON in UTF-8');
  if (!isObject(event)) return invalid('is not a JSON object');
  const { id, type, data } = event;
  if (!isText(id)) return invalid('has no id');
  if (!isText(type)) return invalid('has no type');
  if (!isObject(data)) return invalid('has no data object');
  if (!JOB_ENDED.some((each) => each === type)) return { kind: 'ignored', type };
  const { id: jobId } = data;
  if (!isText(jobId) || !JOB_ID.test(jobId)) return invalid('has no fine-tuning job id, ftjob-…, in data.id');
  return { kind: 'job', jobId, type, ...(id.startsWith(OWN_EVENT_PREFIX) && { isOurs: true }) };
}

/** Undefined for what is not JSON, which has no such value. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** JSON.parse makes `__proto__` a key like any other, so such a key lends an object no fields. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function invalid(problem: string): WebhookEvent {
  return { kind: 'invalid', message: `The body ${problem}` };
}
