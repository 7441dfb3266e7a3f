import { randomBytes } from 'node:crypto';
import type { FakeWebhookEndpoint } from './state/webhook-endpoints.ts';
import type { World } from './state/world.ts';
import { deliverWebhook, type WebhookEvent, type WebhookReceipt } from './webhook.ts';

export interface EndpointReceipt extends WebhookReceipt {
  readonly endpointId: string;
}

/** Delivers once, signed with each secret that the endpoint has now. Rejects when no answer comes. */
export async function deliverTo(
  world: World,
  endpoint: FakeWebhookEndpoint,
  event: WebhookEvent,
  webhookId?: string,
): Promise<EndpointReceipt> {
  const secret = endpoint.secrets
    .filter(({ until }) => until === null || until > world.now())
    .map(({ value }) => value);
  const [prefix = '', { target, host, ca } = {}] =
    [...world.reach]
      .filter(([start]) => endpoint.url.startsWith(start))
      .toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
  const delivery = {
    url: target === undefined ? endpoint.url : target + endpoint.url.slice(prefix.length),
    secret,
    event,
    ...(webhookId !== undefined && { webhookId }),
    ...(host !== undefined && { headers: { host } }),
    ...(ca !== undefined && { ca }),
  };
  return { ...(await deliverWebhook(delivery, world.now)), endpointId: endpoint.id };
}

/** Under one `webhook-id`: the event is the same one wherever it goes. */
export function deliverToEndpoints(
  world: World,
  event: WebhookEvent,
  projectId = world.jobs.find(event.jobId)?.projectId,
): Promise<readonly EndpointReceipt[]> {
  if (projectId === undefined) throw new Error(`Add job ${event.jobId} first, or tell the project.`);
  const webhookId = `wh_${randomBytes(16).toString('hex')}`;
  const told = { id: `evt_${randomBytes(16).toString('hex')}`, createdAt: world.now(), ...event };
  return Promise.all(
    world.webhookEndpoints
      .ofProject(projectId)
      .filter(({ eventTypes }) => eventTypes.includes(event.type))
      .map((endpoint) => deliverTo(world, endpoint, told, webhookId)),
  );
}

export function deliverLate(world: World): Promise<readonly EndpointReceipt[]> {
  return Promise.all(
    world.webhookEndpoints.late.splice(0).map(({ endpoint, event }) => deliverTo(world, endpoint, event)),
  );
}
