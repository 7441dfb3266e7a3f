import { UnavailableError } from '../../core/errors.ts';
import type { WebhookEndpoint, WebhookEndpointApi } from '../../core/ports/openai.ts';
import type { OpenAIHttp } from './http.ts';
import { nextCursor } from './page.ts';
import { webhookEndpointPage } from './schemas.ts';

const PATH = '/webhook_endpoints';
/** Some hundred endpoints of one project: more is a list that never ends. */
const MAX_PAGES = 20;

/** The webhook endpoints; `http` must carry the source project's key. */
export function createWebhookEndpointApi(http: OpenAIHttp): WebhookEndpointApi {
  return {
    async list() {
      const endpoints: WebhookEndpoint[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < MAX_PAGES; pages++) {
        // Pages of OpenAI's own size: the most that may be asked for is documented nowhere.
        const query = after !== null && { query: { after } };
        const page = await http.call({ method: 'GET', path: PATH, ...query, answer: webhookEndpointPage });
        for (const { id, name, url, event_types: eventTypes } of page.data) {
          endpoints.push({ id, name, url, eventTypes });
        }
        after = nextCursor(page, after);
        if (after === null) return endpoints;
      }
      throw new UnavailableError(`The project's list of webhook endpoints does not end within ${MAX_PAGES} pages`);
    },
  };
}
