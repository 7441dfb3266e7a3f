import * as z from 'zod/mini';
import type { WebhookEndpointManagementApi } from '../../core/key-ports.ts';
import type { WebhookEndpoint } from '../../core/ports/openai.ts';
import { deleteOne, findOne, pathOf } from './collection.ts';
import type { OpenAIHttp } from './http.ts';
import { id, text } from './schemas.ts';
import { createWebhookEndpointApi } from './source-apis.ts';

const PATH = '/webhook_endpoints';

// Source of names and types: `resources/webhooks` of the npm package openai 7.55.0.

const endpoint = z.object({ id, name: z.string(), url: z.string(), event_types: z.array(text) });

const withSecret = z.extend(endpoint, { signing_secret: z.string().check(z.regex(/^whsec_[\w+/-]{16,}={0,2}$/)) });

const testResult = z.object({ success: z.boolean(), status_code: z.nullish(z.number()) });

/** The webhook endpoints; `http` must carry the project's key. */
export function createWebhookEndpointManagementApi(http: OpenAIHttp): WebhookEndpointManagementApi {
  return {
    ...createWebhookEndpointApi(http),

    async get(endpointId) {
      const found = await findOne(http, endpointPath(endpointId), endpoint);
      return found && toEndpoint(found);
    },

    async create(order) {
      return withItsSecret(await http.call({ method: 'POST', path: PATH, body: toBody(order), answer: withSecret }));
    },

    async update(endpointId, change) {
      const path = endpointPath(endpointId);
      return toEndpoint(await http.call({ method: 'POST', path, body: toBody(change), answer: endpoint }));
    },

    delete: async (endpointId) => deleteOne(http, endpointPath(endpointId)),

    async rotateSecret(endpointId, { keepOldFor24Hours }) {
      const path = `${endpointPath(endpointId)}/rotate_secret`;
      const body = { keep_old_secret_active_for_24_hours: keepOldFor24Hours };
      return withItsSecret(await http.call({ method: 'POST', path, body, answer: withSecret }));
    },

    async test(endpointId, eventType) {
      const path = `${endpointPath(endpointId)}/test`;
      const body = { event_type: eventType };
      const { success, status_code } = await http.call({ method: 'POST', path, body, answer: testResult });
      return { success, statusCode: status_code ?? null };
    },

    async eventTypes() {
      const answer = z.object({ data: z.array(text) });
      return (await http.call({ method: 'GET', path: '/webhook_event_types', answer })).data;
    },
  };
}

function endpointPath(endpointId: string): string {
  return pathOf`/webhook_endpoints/${endpointId}`;
}

function toBody({ name, url, eventTypes }: Partial<Omit<WebhookEndpoint, 'id'>>) {
  return { name, url, event_types: eventTypes };
}

function toEndpoint({ id, name, url, event_types: eventTypes }: z.infer<typeof endpoint>): WebhookEndpoint {
  return { id, name, url, eventTypes };
}

function withItsSecret(answer: z.infer<typeof withSecret>) {
  return { endpoint: toEndpoint(answer), signingSecret: answer.signing_secret };
}
