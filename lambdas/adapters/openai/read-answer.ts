import type { Failure } from './classify.ts';
import type { Exchange } from './exchange.ts';
import { errorWords, harmlessCause, redact } from './redact.ts';
import type { Schema } from './schemas.ts';

/** The value in a good answer, or what is wrong with it. `key` is what must not be repeated. */
export function readAnswer<T>(result: Exchange, schema: Schema<T>, key: string): { readonly value: T } | Failure {
  const { status, requestId } = describe(result, key);
  if (status !== undefined && (status < 200 || status > 299)) {
    const words = errorWords(result.kind === 'answered' ? result.body.toString() : '', key, status);
    const retryAfter = header(result, 'retry-after') ?? null;
    return { kind: 'status', status, ...words, retryAfter, requestId };
  }
  if (result.kind === 'broken') return lostAnswer(result, result.error, key);
  try {
    const parsed = schema.safeParse(JSON.parse(result.body.toString()));
    if (parsed.success) return { value: parsed.data };
    return { kind: 'unanswered', message: `OpenAI's answer has ${formProblem(parsed.error)}`, status, requestId };
  } catch {
    // A SyntaxError quotes what it could not read: it is not kept as the cause.
    return { kind: 'unanswered', message: "OpenAI's answer is not JSON", status, requestId };
  }
}

/** What is wrong with the form of something: where, and nothing of what stands there. */
export function formProblem({
  issues,
}: {
  readonly issues: readonly { readonly path: readonly PropertyKey[] }[];
}): string {
  return `another form than documented, at ${issues[0]?.path.join('.') || 'its root'}`;
}

/** What a call has failed with whose answer did not come, or came too late. */
export function lostAnswer(result: Exchange, error: Error, key: string): Failure {
  const code = 'code' in error ? String(error.code) : error.name;
  const reason = redact(error.message || code, key);
  const cause = harmlessCause(error);
  if (result.kind === 'broken' && !result.sent) {
    return { kind: 'unsent', message: `OpenAI could not be reached: ${reason}`, cause };
  }
  return { kind: 'unanswered', message: `OpenAI's answer did not come: ${reason}`, ...describe(result, key), cause };
}

function describe(result: Exchange, key: string): { status: number | undefined; requestId: string | undefined } {
  const requestId = header(result, 'x-request-id');
  return {
    status: result.status ?? undefined,
    requestId: requestId === undefined ? undefined : redact(requestId, key),
  };
}

function header({ headers }: Exchange, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
