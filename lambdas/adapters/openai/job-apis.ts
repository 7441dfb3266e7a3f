import type { Clock, JobApi, ModelApi, Secrets } from '../../core/ports.ts';
import { createDispatcher } from './dispatcher.ts';
import { createHttp } from './http.ts';
import { createJobApi } from './jobs.ts';
import { createModelApi } from './models.ts';

/** Milliseconds; shorter than an admin call's, since a read is simply done again. */
export const JOB_CALL_DEADLINE_MS = 15_000;

/** The jobs of each source, and the models it sees, with its own project key; undefined for an alias that has none. */
export function createJobApis(options: {
  readonly baseUrl: string;
  /** Source alias → ARN or name of the secret that holds its project key. */
  readonly keys: ReadonlyMap<string, string>;
  readonly secrets: Secrets;
  readonly clock: Clock;
}): (source: string) => (JobApi & ModelApi) | undefined {
  const { baseUrl, keys, secrets, clock } = options;
  const dispatcher = createDispatcher();
  const apis = new Map(
    [...keys].map(([source, secretId]) => {
      const http = createHttp({
        baseUrl,
        key: () => secrets.current(secretId),
        dispatcher,
        clock,
        deadlineMs: JOB_CALL_DEADLINE_MS,
      });
      return [source, { ...createJobApi(http), ...createModelApi(http) }] as const;
    }),
  );
  return (source) => apis.get(source);
}
