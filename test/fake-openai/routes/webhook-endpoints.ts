import { listBody, PAGING, pageOf, unixSeconds } from '../pages.ts';
import { allowOnly } from '../query.ts';
import type { FakeWebhookEndpoint } from '../state/webhook-endpoints.ts';
import { type Route, shown } from './route.ts';

export const webhookEndpointRoutes: readonly Route[] = [
  {
    endpoint: 'webhook_endpoints.list',
    method: 'GET',
    path: '/webhook_endpoints',
    key: 'project',
    // Made up after the others' names: nobody documents it.
    scope: 'api.webhook_endpoints.read',
    handle: ({ query, key }, world) => {
      allowOnly(query, PAGING);
      const { items, hasMore } = pageOf(world.webhookEndpoints.ofProject(key.projectId), query, 20);
      return shown(listBody(items.map(endpointBody), hasMore));
    },
  },
];

/** `WebhookEndpoint` of the npm package openai 7.55.0. */
function endpointBody({ id, name, url, eventTypes, createdAt }: FakeWebhookEndpoint) {
  return {
    object: 'webhook_endpoint',
    id,
    created_at: unixSeconds(createdAt),
    updated_at: unixSeconds(createdAt),
    name,
    url,
    event_types: eventTypes,
    signing_secret_hint: 'whsec_…hint',
  };
}
