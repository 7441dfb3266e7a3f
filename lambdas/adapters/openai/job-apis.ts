import type { JobApi, ModelApi } from '../../core/ports/openai.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import { readKey } from '../../core/secrets/api-key.ts';
import { createDispatcher } from './dispatcher.ts';
import { createHttp, type HttpOptions, type OpenAIHttp } from './http.ts';
import { createJobApi } from './jobs.ts';
import { createModelApi } from './models.ts';

/** Milliseconds; shorter than an admin call's, since a read is simply done again. */
export const JOB_CALL_DEADLINE_MS = 15_000;

export interface SourceOptions extends Pick<HttpOptions, 'onAnswer'> {
  readonly baseUrl: string;
  /** Source alias → ARN or name of the secret that holds its project key. */
  readonly keys: ReadonlyMap<string, string>;
  readonly secrets: Pick<Secrets, 'current'>;
  readonly clock: Clock;
}

/** The jobs of each source, and the models it sees, with its own project key; undefined for an alias that has none. */
export function createJobApis(options: SourceOptions): (source: string) => (JobApi & ModelApi) | undefined {
  return createSourceApis(options, (http) => ({ ...createJobApi(http), ...createModelApi(http) }));
}

/** An API of one's choice for each source, with its own project key; undefined for an alias that has none. */
export function createSourceApis<Api>(
  { baseUrl, keys, secrets, clock, ...others }: SourceOptions,
  make: (http: OpenAIHttp) => Api,
): (source: string) => Api | undefined {
  const dispatcher = createDispatcher();
  const apis = new Map(
    [...keys].map(([source, secretId]) => {
      const http = createHttp({
        baseUrl,
        key: () => readKey(secrets, secretId),
        dispatcher,
        clock,
        deadlineMs: JOB_CALL_DEADLINE_MS,
        ...others,
      });
      return [source, make(http)] as const;
    }),
  );
  return (source) => apis.get(source);
}
