import type { ListedEndpoint, WebhookEndpoint } from '../ports/openai.ts';
import { JOB_ENDED } from './event.ts';
import { parseSecrets } from './secrets.ts';

/** How a source stands at OpenAI and here. */
export interface Standing {
  /** All that the source project has. */
  readonly endpoints: readonly ListedEndpoint[];
  /** Where OpenAI is to deliver. */
  readonly url: string;
  /** What our own endpoint is called. */
  readonly name: string;
  /** What the source's webhook secret holds; empty for nothing. */
  readonly secret: string;
  /** Whether other sources verify with the same secret. */
  readonly isShared: boolean;
  /** When a delivery last verified under the secret's current value, ms since the epoch; null = none has. */
  readonly verifiedAt: number | null;
}

/** What is to be done so that OpenAI delivers the ends of a source's jobs, and we can verify them. */
export interface Connection {
  /** Null: it is to be made. */
  readonly endpoint: ListedEndpoint | null;
  /** Others of ours with the same URL, of which the answer was lost: each would deliver everything once more. */
  readonly doubles: readonly ListedEndpoint[];
  /** The complete set that it is to be told of; null where it lacks none. */
  readonly eventTypes: readonly string[] | null;
  /** Whether OpenAI signs with a secret that nobody has any more, so that it needs another. */
  readonly isLost: boolean;
  /** Secrets that are or may be in use elsewhere, which stay beside a new one. */
  readonly kept: readonly string[];
}

/**
 * Decides what connects a source. The one of several endpoints is taken that needs the least. Whether its secret is ours is
 * shown by OpenAI's hint; where there is none, only by a delivery that has verified since the endpoint was last changed.
 */
export function connectionOf({ endpoints, url, name, secret, isShared, verifiedAt }: Standing): Connection {
  const entries = entriesOf(secret);
  const isHeld = (endpoint: ListedEndpoint) => holdsSecretOf(endpoint, secret) ?? hasVerified(endpoint, verifiedAt);
  const needs = (endpoint: ListedEndpoint) => (isHeld(endpoint) ? 0 : JOB_ENDED.length + 1) + lackedBy(endpoint).length;
  const [endpoint = null, ...others] = endpoints.filter((each) => each.url === url).sort((a, b) => needs(a) - needs(b));
  const doubles = others.filter((other) => other.name === name);
  const elsewhere = endpoints.filter((each) => each !== endpoint && !doubles.includes(each));
  return {
    endpoint,
    doubles,
    eventTypes:
      endpoint === null || lackedBy(endpoint).length === 0
        ? null
        : [...new Set([...endpoint.eventTypes, ...JOB_ENDED])],
    isLost: endpoint !== null && !isHeld(endpoint),
    kept: entries.filter((entry) => isShared || elsewhere.some(({ signsWith }) => signsWith(entry) !== false)),
  };
}

/** The webhook secrets in a value that can verify. */
export function entriesOf(secret: string): readonly string[] {
  return secret.split(/\s+/).filter((entry) => parseSecrets(entry).keys.length > 0);
}

/** Whether our secret has what OpenAI signs with, by its hint; null where there is none. */
export function holdsSecretOf({ signsWith }: Pick<ListedEndpoint, 'signsWith'>, secret: string): boolean | null {
  const verdicts = entriesOf(secret).map(signsWith);
  if (verdicts.includes(true)) return true;
  return verdicts.includes(null) ? null : false;
}

/** Which ends of jobs an endpoint is not told of. */
export function lackedBy({ eventTypes }: Pick<WebhookEndpoint, 'eventTypes'>): readonly string[] {
  return JOB_ENDED.filter((type) => !eventTypes.includes(type));
}

/** Whether a delivery has verified since the endpoint, or its secret, was last changed. */
export function hasVerified({ updatedAt }: Pick<ListedEndpoint, 'updatedAt'>, verifiedAt: number | null): boolean {
  return verifiedAt !== null && updatedAt !== null && verifiedAt >= updatedAt;
}
