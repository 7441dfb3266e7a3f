import { OpenAIError, SecretUnusableError } from '../../../core/errors.ts';
import type { ListedEndpoint, WebhookEndpoint } from '../../../core/ports/openai.ts';
import { withoutStop } from '../../../core/text/sentence.ts';
import { hasVerified, holdsSecretOf, lackedBy } from '../../../core/webhook/connection.ts';
import { JOB_ENDED } from '../../../core/webhook/event.ts';
import { parseSecrets } from '../../../core/webhook/secrets.ts';
import type { OperateDeps } from '../deps.ts';
import { explain, projectKeyName } from '../explain-openai.ts';
import { bad, type Found, good, notice } from './found.ts';
import { nearMiss } from './near-miss.ts';

type LookDeps = Pick<OperateDeps, 'webhookUrl' | 'sourceApi' | 'secretIds' | 'secrets' | 'ledger'>;

/**
 * Whether OpenAI delivers the ends of a source's jobs to this stack, in a way that can be verified: one list of the source
 * project's endpoints. What cannot be read is a notice. No admin call.
 */
export async function lookAtEndpoint(deps: LookDeps, source: string): Promise<Found> {
  const url = `${deps.webhookUrl}/${source}`;
  const api = deps.sourceApi(source);
  if (api === undefined) return unread(url, source, 'there is no project key to ask with');
  try {
    const endpoints = await api.list();
    return (await doubtOfSecret(deps, endpoints, url, source)) ?? judge(endpoints, url, source);
  } catch (error) {
    if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
    const why = explain(projectKeyName(deps, source), error)?.message ?? error.message;
    return unread(url, source, `the project key does not read them (${withoutStop(why)})`);
  }
}

/**
 * What is wrong where OpenAI signs with another secret than ours, as its hint shows. After a rotation both sign for 24 hours:
 * that deliveries verify does not show that they will tomorrow. Null where nothing is; a secret without a key in it is told of
 * by the check of secrets.
 */
async function doubtOfSecret(
  { secrets, secretIds, ledger }: LookDeps,
  endpoints: readonly ListedEndpoint[],
  url: string,
  source: string,
): Promise<Found | null> {
  const secretId = secretIds.webhookSecrets.get(source) ?? '';
  const value = await secrets.current(secretId, { fresh: true }).catch(() => '');
  const ours = endpoints.filter((endpoint) => endpoint.url === url && lackedBy(endpoint).length === 0);
  const [endpoint] = ours;
  if (endpoint === undefined || parseSecrets(value).keys.length === 0) return null;
  if (ours.some((each) => holdsSecretOf(each, value) !== false)) return null;
  const known = (await ledger.getSources().catch(() => [])).find(({ alias }) => alias === source);
  const mend = `"ckpt sources connect ${source}" has OpenAI make another one and stores it.`;
  if (hasVerified(endpoint, known?.lastWebhookAt ?? null)) {
    return notice(
      `OpenAI shows another secret for ${url} than the secret ${secretId} holds, though its deliveries verify: it was rotated, and signs with both for 24 hours.`,
      mend,
    );
  }
  return bad(`OpenAI signs what it delivers to ${url} with a secret that the secret ${secretId} does not hold.`, mend);
}

/** What the endpoints of the project mean for the URL that is to be among them. */
export function judge(endpoints: readonly WebhookEndpoint[], url: string, source: string): Found {
  const ours = endpoints.filter((endpoint) => endpoint.url === url);
  const least = ours.map(lackedBy).sort((a, b) => a.length - b.length)[0];
  if (least === undefined) return missing(endpoints, url, source);
  if (least.length === 0) return good(`OpenAI delivers the ends of the jobs of ${source} to ${url}.`);
  return bad(
    `The webhook endpoint ${url} is not told of ${least.join(', ')}.`,
    `Add ${least.length === 1 ? 'this event' : 'these events'} to it: "ckpt sources connect ${source}" does that, or you, in the settings of the project of ${source} at OpenAI, under Webhooks.`,
  );
}

function missing(endpoints: readonly WebhookEndpoint[], url: string, source: string): Found {
  const near = endpoints.map((endpoint) => ({ endpoint, miss: nearMiss(endpoint.url, url) }));
  const proxied = near.find(({ miss }) => miss === 'another host');
  if (proxied !== undefined) {
    return notice(
      `OpenAI delivers to ${bare(proxied.endpoint.url)}, which is not the stack's own URL ${url}.`,
      `If that leads here, all is well ("ckpt webhook send --source ${source} --url ${bare(proxied.endpoint.url)}" tries it); else "ckpt sources connect ${source}" has one made for ${url}.`,
    );
  }
  const found = near.find(({ miss }) => miss !== null);
  const hint = found === undefined ? '' : ` There is ${bare(found.endpoint.url)}, though: ${found.miss}.`;
  const add =
    found === undefined
      ? 'Add a webhook endpoint with this URL'
      : 'Change the URL of that one, or delete it and have another made';
  return bad(
    `The project of ${source} has no webhook endpoint ${url} at OpenAI.${hint}`,
    `${add} ("ckpt sources connect ${source}" makes it and stores its secret), or do so in the project's settings at OpenAI, under Webhooks: ${url} with the events ${JOB_ENDED.join(', ')}; put its secret (whsec_…) into the webhook secret of ${source}.`,
  );
}

/** Without what may be a token in it: anything can be an endpoint's URL. */
function bare(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function unread(url: string, source: string, why: string): Found {
  return notice(
    `Which webhook endpoints ${source} has could not be read: ${why}.`,
    `"ckpt sources connect ${source}" makes or mends it with a key that may; or look for yourself, in the project's settings at OpenAI under Webhooks: it is to be ${url} with the events ${JOB_ENDED.join(', ')}.`,
  );
}
