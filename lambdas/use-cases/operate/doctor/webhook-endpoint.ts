import { OpenAIError, SecretUnusableError } from '../../../core/errors.ts';
import type { WebhookEndpoint } from '../../../core/ports/openai.ts';
import { withoutStop } from '../../../core/text/sentence.ts';
import { explain, projectKeyName } from '../explain-openai.ts';
import { bad, type Check, type Found, good, notice } from './check.ts';
import { nearMiss } from './near-miss.ts';

const EVENT_TYPES = ['fine_tuning.job.succeeded', 'fine_tuning.job.failed', 'fine_tuning.job.cancelled'] as const;

/** Whether OpenAI delivers the ends of a source's jobs to this stack. No admin call. */
export function webhookEndpoint(source: string): Check {
  return {
    name: `webhook-endpoint ${source}`,
    async look({ deps }) {
      const url = `${deps.webhookUrl}/${source}`;
      const api = deps.sourceApi(source);
      if (api === undefined) return [unread(url, source, 'there is no project key to ask with')];
      try {
        return [judge(await api.list(), url, source)];
      } catch (error) {
        if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
        const why = explain(projectKeyName(deps, source), error)?.message ?? error.message;
        return [unread(url, source, `the project key does not read them (${withoutStop(why)})`)];
      }
    },
  };
}

/** What the endpoints of the project mean for the URL that is to be among them. */
export function judge(endpoints: readonly WebhookEndpoint[], url: string, source: string): Found {
  const ours = endpoints.filter((endpoint) => endpoint.url === url);
  const lacking = ours.map(({ eventTypes }) => EVENT_TYPES.filter((type) => !eventTypes.includes(type)));
  const least = lacking.sort((a, b) => a.length - b.length)[0];
  if (least === undefined) return missing(endpoints, url, source);
  if (least.length === 0) return good(`OpenAI delivers the ends of the jobs of ${source} to ${url}.`);
  return bad(
    `The webhook endpoint ${url} is not told of ${least.join(', ')}.`,
    `Add ${least.length === 1 ? 'this event' : 'these events'} to it in the settings of the project of ${source} at OpenAI, under Webhooks.`,
  );
}

function missing(endpoints: readonly WebhookEndpoint[], url: string, source: string): Found {
  const near = endpoints.map((endpoint) => ({ endpoint, miss: nearMiss(endpoint.url, url) }));
  const proxied = near.find(({ miss }) => miss === 'another host');
  if (proxied !== undefined) {
    return notice(
      `OpenAI delivers to ${bare(proxied.endpoint.url)}, which is not the stack's own URL ${url}.`,
      `If that leads here, all is well ("ckpt webhook send --source ${source} --url ${bare(proxied.endpoint.url)}" tries it); else change it to ${url}.`,
    );
  }
  const found = near.find(({ miss }) => miss !== null);
  const hint = found === undefined ? '' : ` There is ${bare(found.endpoint.url)}, though: ${found.miss}.`;
  const add = found === undefined ? 'Add a webhook endpoint with this URL' : 'Change the URL of that one';
  return bad(
    `The project of ${source} has no webhook endpoint ${url} at OpenAI.${hint}`,
    `${add} in the project's settings at OpenAI, under Webhooks: ${url} with the events ${EVENT_TYPES.join(', ')}; put its secret (whsec_…) into the webhook secret of ${source}.`,
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
    `Look for yourself, in the project's settings at OpenAI under Webhooks: it is to be ${url} with the events ${EVENT_TYPES.join(', ')}.`,
  );
}
