import type { FakeOpenAI } from './fake-openai.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Whatever was sent: each test looks at what it is about.
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RawRequest {
  /** Null: no `Authorization` at all. The admin key unless told. */
  readonly key?: string | null;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** When the caller gives up; after five seconds unless told. */
  readonly signal?: AbortSignal;
}

/** One request, with nothing done on the way: no retry, no validation, no page turned. */
export async function ask(fake: FakeOpenAI, line: string, request: RawRequest = {}): Promise<RawAnswer> {
  const [method = '', path = ''] = line.split(' ');
  const { key = fake.adminKey, body, contentType = 'application/json', signal = AbortSignal.timeout(5_000) } = request;
  const answer = await fetch(`${fake.url}${path}`, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': contentType }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal,
  });
  const parsed: unknown = await answer.json();
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError('Every answer is a JSON object.');
  return { status: answer.status, headers: answer.headers, body: { ...parsed } };
}

/** The `project_id` or `id` of each object of a list, in its order. */
export function column(answer: RawAnswer, name: string): readonly unknown[] {
  const { data } = answer.body;
  if (!Array.isArray(data)) throw new TypeError('This answer is not a list.');
  return data.map((item: Record<string, unknown>) => item[name]);
}

/** The message of an error, `''` of anything else. */
export function messageOf(answer: RawAnswer): string {
  const { error } = answer.body;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
}
