/** The type of an event that is genuine, and that nobody has a use for. */
export const HARMLESS_TYPE = 'checkpoint_sharing.test';

/** What a test event may be: OpenAI's own types of a job's end, or the harmless one. */
export const TEST_EVENT_TYPES = [
  HARMLESS_TYPE,
  'fine_tuning.job.succeeded',
  'fine_tuning.job.failed',
  'fine_tuning.job.cancelled',
] as const;

/** How the id of every test event begins that was signed here. OpenAI's are `evt_` and what looks like chance. */
export const OWN_EVENT_PREFIX = 'evt_ckpt_';

export type TestEventType = (typeof TEST_EVENT_TYPES)[number];

/** The body of a test event, in the form in which OpenAI tells of a job's end. `createdAt` is seconds since the epoch. */
export function testEventBody(event: {
  readonly id: string;
  readonly type: TestEventType;
  readonly createdAt: number;
  readonly jobId: string;
}): string {
  const { id, type, createdAt, jobId } = event;
  return JSON.stringify({ id, object: 'event', created_at: createdAt, type, data: { id: jobId } });
}

/** The same body with one byte changed, still of the same length and still JSON. */
export function withChangedByte(body: string): string {
  return body.replace('"object":"event"', '"object":"evenT"');
}
