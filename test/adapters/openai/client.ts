import { inspect } from 'node:util';
import {
  createDispatcher,
  type HttpDispatcher,
  type StageTimeouts,
} from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp, type HttpOptions, type OpenAIHttp } from '../../../lambdas/adapters/openai/http.ts';
import type { OpenAIError } from '../../../lambdas/core/errors.ts';

/** A key as OpenAI makes them, to be looked for where it must not be. */
export const CANARY = 'sk-admin-CANARYcanary0123456789';

export interface TestClient extends AsyncDisposable {
  readonly http: OpenAIHttp;
  readonly dispatcher: HttpDispatcher;
}

export interface ClientOptions extends Partial<HttpOptions> {
  readonly timeouts?: StageTimeouts;
}

/** The real client against a server of the test, with connections of its own. */
export function testClient(origin: string, { timeouts, ...options }: ClientOptions = {}): TestClient {
  const dispatcher = options.dispatcher ?? createDispatcher(timeouts);
  const http = createHttp({
    baseUrl: `${origin}/v1`,
    key: async () => CANARY,
    clock: () => Date.parse('2026-11-20T12:00:00Z'),
    ...options,
    dispatcher,
  });
  return { http, dispatcher, [Symbol.asyncDispose]: () => dispatcher.destroy() };
}

/** The error that a call must end with. */
export async function failureOf(call: Promise<unknown>): Promise<OpenAIError> {
  return call.then(
    (value) => {
      throw new Error(`expected a failure, got ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
}

/** Every way that an error may be written out. */
export function written(error: unknown): string {
  const texts: unknown[] = [JSON.stringify(error)];
  texts.push(inspect(error, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null }));
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    texts.push(String(cause), cause.stack, JSON.stringify(cause, Object.getOwnPropertyNames(cause)));
  }
  return texts.join('\n');
}
