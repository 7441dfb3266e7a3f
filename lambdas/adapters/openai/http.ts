import type { Dispatcher } from 'undici';
import { BadCredentialsError, IdentityRefusedError, SettingsError } from '../../core/errors.ts';
import { isSafeBaseUrl } from '../../core/policy/base-url.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import type { ReadKey } from '../../core/ports/secrets.ts';
import { keyProblem } from '../../core/secrets/api-key.ts';
import { classify } from './classify.ts';
import { type Exchange, exchange, type HttpDispatcher } from './exchange.ts';
import { lostAnswer, readAnswer } from './read-answer.ts';
import type { Schema } from './schemas.ts';

/**
 * Milliseconds from the start of a call after which it has failed, whatever comes: the ledger relies on no answer
 * being taken later.
 */
export const CALL_DEADLINE_MS = 30_000;

/** A page of 100 jobs with large grader definitions stays well below. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export interface Call<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, begins with a slash, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | readonly [string, string][];
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What a good answer looks like. */
  readonly answer: Schema<T>;
}

/** One authenticated call a time; throws an `OpenAIError`, or what reading the key throws. */
export interface OpenAIHttp {
  call<T>(call: Call<T>): Promise<T>;
}

export interface HttpOptions {
  /** https, or http on loopback. The key is sent to no other origin. */
  readonly baseUrl: string;
  /**
   * Asked for at every call, and once more, past any cache, where OpenAI refuses it: should there be another one by then, the
   * call is made again with that.
   */
  readonly key: ReadKey;
  readonly dispatcher: HttpDispatcher;
  readonly clock: Clock;
  readonly deadlineMs?: number;
  readonly maxAnswerBytes?: number;
  /** Told of every whole answer that came in time, whatever its status. What it throws is dropped. */
  readonly onAnswer?: (answer: AnswerNote) => void;
  /** Told how every call has ended. */
  readonly onEnd?: (end: CallEnd) => void;
}

/** A call, and what it threw; null where it was answered well. */
export interface CallEnd extends Pick<Call<unknown>, 'method' | 'path'> {
  readonly error: unknown;
}

/** When an answer came, by both clocks, in milliseconds since the epoch. */
export interface AnswerNote {
  readonly status: number;
  /** OpenAI's `Date` header, in whole seconds; null where it is missing or no date. */
  readonly serverTime: number | null;
  readonly receivedAt: number;
}

/** An HTTP caller for one key. Throws `SettingsError` if the base URL will not do. */
export function createHttp(options: HttpOptions): OpenAIHttp {
  const { origin, prefix } = parseBaseUrl(options.baseUrl);
  const { dispatcher, clock, deadlineMs = CALL_DEADLINE_MS, maxAnswerBytes = MAX_ANSWER_BYTES } = options;

  const { onEnd } = options;

  return {
    call: (call) => (onEnd === undefined ? carryOut(call) : telling(call, carryOut, onEnd)),
  };

  async function carryOut<T>(call: Call<T>): Promise<T> {
    const access = call.method === 'GET' ? 'read' : 'write';
    const startedAt = clock();
    const deadline = new AbortController();
    const late = new Error(`No whole answer within ${deadlineMs} ms`);
    const timer = setTimeout(() => deadline.abort(late), deadlineMs);
    const limits = { signal: deadline.signal, maxBytes: maxAnswerBytes };
    try {
      const key = await withinDeadline(options.key(), deadline.signal);
      if (key === undefined) {
        throw classify(access, { kind: 'unsent', message: 'The key could not be read in time' }, startedAt);
      }
      return await send(key).catch(async (error: unknown) => {
        if (!(error instanceof BadCredentialsError)) throw error;
        const anew = await withinDeadline(options.key({ fresh: true, refused: key }), deadline.signal).catch(
          (failure: unknown) => {
            // That there is no token any more says more than that the last one was refused.
            if (failure instanceof IdentityRefusedError) throw failure;
            return undefined;
          },
        );
        if (anew === undefined || anew === key) throw error;
        return send(anew);
      });
    } finally {
      clearTimeout(timer);
    }

    async function send(key: string): Promise<T> {
      const request = { ...render(call, key), origin, path: `${prefix}${target(call)}` };
      const result = await exchange(dispatcher, request, limits);
      // The timer is late where the process was frozen or busy: then the clock decides.
      const receivedAt = clock();
      const inTime = receivedAt - startedAt <= deadlineMs;
      if (inTime) note(options.onAnswer, result, receivedAt);
      const read = inTime ? readAnswer(result, call.answer, key) : lostAnswer(result, late, key);
      if ('value' in read) return read.value;
      throw classify(access, read, clock());
    }
  }
}

async function telling<T>(call: Call<T>, carryOut: OpenAIHttp['call'], onEnd: (end: CallEnd) => void): Promise<T> {
  const { method, path } = call;
  try {
    const answer = await carryOut(call);
    onEnd({ method, path, error: null });
    return answer;
  } catch (error) {
    onEnd({ method, path, error });
    throw error;
  }
}

/** Whoever looks on must not fail the call. */
function note(onAnswer: HttpOptions['onAnswer'], result: Exchange, receivedAt: number): void {
  if (result.kind !== 'answered') return;
  try {
    onAnswer?.({ status: result.status, serverTime: readServerTime(result.headers.date), receivedAt });
  } catch {
    // The answer is worth more than the note of it.
  }
}

function target({ path, query }: Call<unknown>): string {
  return query === undefined ? path : `${path}?${new URLSearchParams(query)}`;
}

function render(call: Call<unknown>, key: string): Pick<Dispatcher.DispatchOptions, 'method' | 'headers' | 'body'> {
  // Whoever reads the key has judged it by now: this is for the one who forgets to.
  const problem = keyProblem(key);
  if (problem !== null) throw new BadCredentialsError(`The key ${problem}`);
  const headers = {
    authorization: `Bearer ${key}`,
    accept: 'application/json',
    'user-agent': 'openai-checkpoint-sharing',
  };
  if (call.body === undefined) return { method: call.method, headers };
  const body = JSON.stringify(call.body);
  return { method: call.method, headers: { ...headers, 'content-type': 'application/json' }, body };
}

/** The key, or undefined when the deadline was first. */
async function withinDeadline(key: Promise<string>, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => resolve(undefined), { once: true });
  return Promise.race([key, promise]);
}

/** Where the API is: the only origin that a key is ever sent to, and what stands before every path there. */
export interface BaseUrl {
  readonly origin: string;
  /** Empty, or begins with a slash and ends without one. */
  readonly prefix: string;
}

/** Reads `openai.baseUrl`. Throws `SettingsError`, which does not repeat the URL: there may be a password in it. */
export function parseBaseUrl(text: string): BaseUrl {
  if (!isSafeBaseUrl(text)) {
    throw new SettingsError(
      'openai.baseUrl must be https://<host>/<path> (http:// for a server on loopback only), without user, query or fragment',
    );
  }
  const { origin, pathname } = new URL(text);
  return { origin, prefix: pathname.replace(/\/+$/, '') };
}

/** Reads a `Date` header as milliseconds since the epoch; null for anything but an HTTP date. */
export function readServerTime(header: string | string[] | undefined): number | null {
  // Date.parse alone takes nearly anything for a date, "-5" among it.
  if (typeof header !== 'string' || !header.endsWith(' GMT')) return null;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : at;
}
