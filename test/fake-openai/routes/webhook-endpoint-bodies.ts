import { badRequest } from '../api-error.ts';
import type { World } from '../state/world.ts';

/** `WebhookCreateParams` of the npm package openai 7.55.0. */
export const WEBHOOK_EVENT_TYPES: readonly string[] = [
  'batch.completed',
  'batch.failed',
  'batch.expired',
  'batch.cancelled',
  'response.completed',
  'response.failed',
  'response.cancelled',
  'response.incomplete',
  'eval.run.succeeded',
  'eval.run.failed',
  'eval.run.canceled',
  'fine_tuning.job.succeeded',
  'fine_tuning.job.failed',
  'fine_tuning.job.cancelled',
  'realtime.call.incoming',
  'video.completed',
  'video.failed',
  'agent.environment.ready',
  'agent.environment.failed',
  'agent.environment.suspended',
  'agent.environment.expired',
  'agent.session.created',
  'agent.session.action_required',
  'agent.session.in_progress',
  'agent.session.idle',
  'agent.session.failed',
  'safety.alert.created',
];

export function readEventTypes(types: readonly string[]): readonly string[] {
  const unknown = types.find((type) => !WEBHOOK_EVENT_TYPES.includes(type));
  if (unknown === undefined) return [...new Set(types)];
  throw badRequest(`Invalid value: '${unknown}'. It is no webhook event type.`, 'event_types', 'invalid_value');
}

export function readUrl(url: string, { quirks }: World): string {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  const isLoopback = protocol === 'http:' && /^(?:127\.0\.0\.1|\[::1\]|(?:.+\.)?localhost)$/.test(hostname);
  const isTaken = protocol === 'https:' || (isLoopback && quirks.httpEndpoints === 'on-loopback');
  if (isTaken && url.length <= 2_048) return url;
  throw badRequest("Invalid 'url': expected an https URL of at most 2048 characters.", 'url', 'invalid_value');
}
