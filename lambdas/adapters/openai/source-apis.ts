import { RefusedError, UnavailableError } from '../../core/errors.ts';
import type { JobApi, ListedEndpoint, ModelApi, WebhookEndpointApi } from '../../core/ports/openai.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import type { ReadKey, Secrets } from '../../core/ports/secrets.ts';
import { readKey } from '../../core/secrets/api-key.ts';
import { millis } from './collection.ts';
import { createDispatcher } from './exchange.ts';
import { createHttp, type HttpOptions, type OpenAIHttp } from './http.ts';
import { createJobApi } from './jobs.ts';
import { nextCursor } from './page.ts';
import { model, webhookEndpointPage } from './schemas.ts';

/** Milliseconds; shorter than an admin call's, since a read is simply done again. */
export const JOB_CALL_DEADLINE_MS = 15_000;

export interface SourceOptions extends Pick<HttpOptions, 'onAnswer'> {
  readonly baseUrl: string;
  /** Source alias → ARN or name of the secret that holds its project key. */
  readonly keys: ReadonlyMap<string, string>;
  readonly secrets: Pick<Secrets, 'current'>;
  /** Source alias → the token that stands in for a project key, where none is stored. */
  readonly tokens: ReadonlyMap<string, ReadKey>;
  readonly clock: Clock;
}

/** The jobs of each source, and the models it sees, with its own project key; undefined for an alias that has none. */
export function createJobApis(options: SourceOptions): (source: string) => (JobApi & ModelApi) | undefined {
  return createSourceApis(options, (http) => ({ ...createJobApi(http), ...createModelApi(http) }));
}

/** An API of one's choice for each source, with its own project key; undefined for an alias that has none. */
export function createSourceApis<Api>(
  { baseUrl, keys, secrets, tokens, clock, ...others }: SourceOptions,
  make: (http: OpenAIHttp) => Api,
): (source: string) => Api | undefined {
  const dispatcher = createDispatcher();
  const stored = [...keys].map(([source, secretId]): readonly [string, ReadKey] => {
    return [source, (options) => readKey(secrets, secretId, options)];
  });
  const apis = new Map(
    [...stored, ...tokens].map(([source, key]) => {
      const http = createHttp({ baseUrl, key, dispatcher, clock, deadlineMs: JOB_CALL_DEADLINE_MS, ...others });
      return [source, make(http)] as const;
    }),
  );
  return (source) => apis.get(source);
}

/** An id, not a path: no slash in it, and no dot at its beginning. */
const MODEL_ID = /^[^./\s][^/\s]*$/;

/** The model endpoint; `http` must carry a project key. */
export function createModelApi(http: OpenAIHttp): ModelApi {
  return {
    async getModel(id) {
      if (!MODEL_ID.test(id) || !id.isWellFormed()) throw new RefusedError('This is no id of a model');
      const path = `/models/${id.split(':').map(encodeURIComponent).join(':')}`;
      const found = await http.call({ method: 'GET', path, answer: model });
      return { shutdownDate: found.shutdown_date ?? null };
    },
  };
}

const WEBHOOK_ENDPOINTS_PATH = '/webhook_endpoints';
/** Some hundred endpoints of one project: more is a list that never ends. */
const MAX_PAGES = 20;

/** The webhook endpoints; `http` must carry the source project's key. */
export function createWebhookEndpointApi(http: OpenAIHttp): WebhookEndpointApi {
  return {
    async list() {
      const endpoints: ListedEndpoint[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < MAX_PAGES; pages++) {
        // Pages of OpenAI's own size: the most that may be asked for is documented nowhere.
        const query = after !== null && { query: { after } };
        const page = await http.call({
          method: 'GET',
          path: WEBHOOK_ENDPOINTS_PATH,
          ...query,
          answer: webhookEndpointPage,
        });
        for (const { id, name, url, event_types: eventTypes, updated_at, signing_secret_hint: hint } of page.data) {
          const signsWith = (secret: string) => mayBe(hint ?? '', secret);
          endpoints.push({ id, name, url, eventTypes, updatedAt: millis(updated_at), signsWith });
        }
        after = nextCursor(page, after);
        if (after === null) return endpoints;
      }
      throw new UnavailableError(`The project's list of webhook endpoints does not end within ${MAX_PAGES} pages`);
    },
  };
}

const SECRET_PREFIX = /^whsec_/;
/** So few characters are shared by chance by one in some thousand secrets. */
const LEAST_SHOWN = 2;

/** OpenAI documents no form of its hint: both ends of the secret with a mask between them, or one end of it alone. */
function mayBe(hint: string, secret: string): boolean | null {
  const [head = '', tail = ''] = hint
    .trim()
    .replace(SECRET_PREFIX, '')
    .split(/(?:\.{2,}|…|\*+)+/);
  const bare = secret.replace(SECRET_PREFIX, '');
  if (head.length + tail.length < LEAST_SHOWN) return null;
  if (head !== '' && tail === '') return bare.startsWith(head) || bare.endsWith(head);
  return bare.startsWith(head) && bare.endsWith(tail);
}
