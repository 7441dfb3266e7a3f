import { ApiError, badRequest, notFound } from '../api-error.ts';
import { readBoolean, readObject, readOptionalString, readString, readStrings } from '../bodies.ts';
import { deliverTo } from '../endpoint-delivery.ts';
import { listBody, PAGING, pageOf, unixSeconds } from '../pages.ts';
import { allowOnly } from '../query.ts';
import type { FakeWebhookEndpoint } from '../state/webhook-endpoints.ts';
import type { World } from '../state/world.ts';
import { type Answer, type ApiRequest, changed, type Route, shown } from './route.ts';
import { readEventTypes, readUrl, WEBHOOK_EVENT_TYPES } from './webhook-endpoint-bodies.ts';

const PATH = '/webhook_endpoints';
const ONE = `${PATH}/:endpoint`;
// Made up after the others' names: nobody documents them.
const READ = { key: 'project', scope: 'api.webhook_endpoints.read' } as const;
const WRITE = { key: 'project', scope: 'api.webhook_endpoints.write' } as const;
const DAY_MS = 24 * 60 * 60_000;

export const webhookEndpointRoutes: readonly Route[] = [
  {
    ...READ,
    endpoint: 'webhook_endpoints.list',
    method: 'GET',
    path: PATH,
    handle: ({ query, key }, world) => {
      allowOnly(query, PAGING);
      const { items, hasMore } = pageOf(world.webhookEndpoints.ofProject(key.projectId), query, 20);
      return shown(listBody(items.map(endpointBody), hasMore));
    },
  },
  { ...WRITE, endpoint: 'webhook_endpoints.create', method: 'POST', path: PATH, handle: create },
  {
    ...READ,
    endpoint: 'webhook_endpoints.get',
    method: 'GET',
    path: ONE,
    handle: (request, world) => shown(endpointBody(findEndpoint(request, world))),
  },
  { ...WRITE, endpoint: 'webhook_endpoints.update', method: 'POST', path: ONE, handle: update },
  {
    ...WRITE,
    endpoint: 'webhook_endpoints.delete',
    method: 'DELETE',
    path: ONE,
    handle: (request, world) => {
      const { id } = findEndpoint(request, world);
      world.webhookEndpoints.delete(id);
      return changed({ object: 'webhook_endpoint.deleted', id, deleted: true });
    },
  },
  {
    ...WRITE,
    endpoint: 'webhook_endpoints.rotate_secret',
    method: 'POST',
    path: `${ONE}/rotate_secret`,
    handle: rotateSecret,
  },
  { ...WRITE, endpoint: 'webhook_endpoints.test', method: 'POST', path: `${ONE}/test`, handle: test },
  {
    ...READ,
    endpoint: 'webhook_event_types.list',
    method: 'GET',
    path: '/webhook_event_types',
    handle: () => shown({ object: 'list', data: WEBHOOK_EVENT_TYPES }),
  },
];

function create(request: ApiRequest, world: World): Answer {
  const body = readObject(request.json(), ['name', 'url', 'event_types']);
  const value = world.ids.webhookSecret();
  const endpoint = world.webhookEndpoints.add({
    projectId: request.key.projectId ?? '',
    id: world.ids.webhookEndpoint(),
    name: readName(body) ?? readString(body, 'name'),
    url: readUrl(readString(body, 'url'), world),
    eventTypes: readEventTypes(readStrings(body, 'event_types')),
    createdAt: world.now(),
    updatedAt: world.now(),
    secrets: [{ value, until: null }],
  });
  return changed({ ...endpointBody(endpoint), signing_secret: value });
}

function update(request: ApiRequest, world: World): Answer {
  const endpoint = findEndpoint(request, world);
  const body = readObject(request.json(), ['name', 'url', 'event_types']);
  const url = body.url === undefined ? endpoint.url : readUrl(readString(body, 'url'), world);
  const eventTypes =
    body.event_types === undefined ? endpoint.eventTypes : readEventTypes(readStrings(body, 'event_types'));
  Object.assign(endpoint, { name: readName(body) ?? endpoint.name, url, eventTypes, updatedAt: world.now() });
  return changed(endpointBody(endpoint));
}

function rotateSecret(request: ApiRequest, world: World): Answer {
  const endpoint = findEndpoint(request, world);
  const body = readObject(request.json(), ['keep_old_secret_active_for_24_hours']);
  const keep = readBoolean(body, 'keep_old_secret_active_for_24_hours') ?? false;
  const value = world.ids.webhookSecret();
  const old = endpoint.secrets
    .slice(0, world.quirks.keptWebhookSecrets === 'last' ? 1 : undefined)
    .map(({ value, until }) => ({ value, until: until ?? world.now() + DAY_MS }));
  endpoint.secrets = [{ value, until: null }, ...(keep ? old : [])];
  endpoint.updatedAt = world.now();
  return changed({ ...endpointBody(endpoint), signing_secret: value });
}

async function test(request: ApiRequest, world: World): Promise<Answer> {
  const endpoint = findEndpoint(request, world);
  const [type = ''] = readEventTypes([readString(readObject(request.json(), ['event_type']), 'event_type')]);
  const event = { type, jobId: world.ids.sample(type.startsWith('fine_tuning.') ? 'ftjob-' : 'sample_') };
  const { endpointTest, failedEndpointTest } = world.quirks;
  if (endpointTest === 'later') world.webhookEndpoints.late.push({ endpoint, event });
  const status =
    endpointTest === 'later'
      ? 200
      : await deliverTo(world, endpoint, event).then(
          (receipt) => receipt.status,
          () => null,
        );
  const success = status !== null && status >= 200 && status < 300;
  if (!success && failedEndpointTest === 'refused') {
    const how = status === null ? 'could not be reached' : `answered with status ${status}`;
    throw new ApiError(400, `The webhook endpoint ${how}.`, { code: 'webhook_test_failed' });
  }
  return shown({
    object: 'webhook_endpoint.test',
    webhook_endpoint_id: endpoint.id,
    event_type: type,
    status_code: status ?? 0,
    success,
  });
}

/** An endpoint of another project is as unknown as one that never was. */
function findEndpoint(request: ApiRequest, world: World): FakeWebhookEndpoint {
  const id = request.param('endpoint');
  const endpoint = world.webhookEndpoints.ofProject(request.key.projectId).find((each) => each.id === id);
  if (endpoint) return endpoint;
  throw notFound(`No webhook endpoint found with id '${id}'.`, 'webhook_endpoint_id');
}

function readName(body: Readonly<Record<string, unknown>>): string | undefined {
  const name = readOptionalString(body, 'name');
  if (name === undefined || (name.length >= 1 && name.length <= 256)) return name;
  throw badRequest("Invalid 'name': expected 1 to 256 characters.", 'name', 'invalid_value');
}

/** `WebhookEndpoint` of the npm package openai 7.55.0. */
function endpointBody({ id, name, url, eventTypes, createdAt, updatedAt, secrets }: FakeWebhookEndpoint) {
  return {
    object: 'webhook_endpoint',
    id,
    created_at: unixSeconds(createdAt),
    updated_at: unixSeconds(updatedAt),
    name,
    url,
    event_types: eventTypes,
    signing_secret_hint: `whsec_…${secrets[0]?.value.slice(-5)}`,
  };
}
