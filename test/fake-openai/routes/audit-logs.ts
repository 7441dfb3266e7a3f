import { ApiError, badRequest } from '../api-error.ts';
import { listBody, PAGING, pageOf, unixSeconds } from '../pages.ts';
import { allowOnly, integer } from '../query.ts';
import type { AuditActor, AuditEvent } from '../state/audit-log.ts';
import type { World } from '../state/world.ts';
import { type Answer, type ApiRequest, type Route, shown } from './route.ts';

/** Everything that an admin key does is logged under the default project, whatever project it is about. */
export const DEFAULT_PROJECT = { id: 'proj_default', name: 'Default project' } as const;

const FILTERS = ['event_types[]', 'project_ids[]', 'actor_ids[]', 'resource_ids[]'] as const;

export const auditLogRoutes: readonly Route[] = [
  {
    endpoint: 'audit_logs.list',
    method: 'GET',
    path: '/organization/audit_logs',
    key: 'admin',
    scope: 'api.audit_logs.read',
    handle: list,
  },
  // What the organisation costs: nothing here. It is asked for to see whether a key may do what nothing here needs.
  {
    endpoint: 'costs.list',
    method: 'GET',
    path: '/organization/costs',
    key: 'admin',
    scope: 'api.usage.read',
    handle: ({ query }) => {
      allowOnly(query, ['start_time', 'limit']);
      if (integer(query, 'start_time') === undefined) throw badRequest("Missing required parameter: 'start_time'.");
      return shown({ object: 'page', data: [], has_more: false, next_page: null });
    },
  },
];

function list({ query }: ApiRequest, world: World): Answer {
  const { auditLog, auditLagMs, auditOrder } = world.quirks;
  if (auditLog !== 'on') {
    throw new ApiError(auditLog === 'forbidden' ? 403 : 404, 'Audit logging is not enabled for this organization.');
  }
  allowOnly(query, [...PAGING, /^effective_at\[(gte|gt|lte|lt)\]$/, ...FILTERS]);
  const inRange = readRange(query);
  const events = world.auditLog.events.filter(
    (event) =>
      event.at <= world.now() - auditLagMs && inRange(unixSeconds(event.at)) && isAskedFor(event, query, world),
  );
  const { items, hasMore } = pageOf(
    auditOrder === 'ascending' ? events : events.toReversed(),
    query,
    20,
    world.quirks.listEnd,
  );
  return shown(listBody(items.map(eventBody), hasMore));
}

function readRange(query: URLSearchParams): (effectiveAt: number) => boolean {
  const bound = (name: string, otherwise: number) => integer(query, `effective_at[${name}]`) ?? otherwise;
  const [gte, gt, lte, lt] = [
    bound('gte', -Infinity),
    bound('gt', -Infinity),
    bound('lte', Infinity),
    bound('lt', Infinity),
  ];
  return (at) => at >= gte && at > gt && at <= lte && at < lt;
}

function isAskedFor({ type, actor, subjectId }: AuditEvent, query: URLSearchParams, { quirks }: World): boolean {
  const asks = (name: (typeof FILTERS)[number], value: string) =>
    !query.has(name) || query.getAll(name).includes(value);
  return (
    asks('event_types[]', type) &&
    asks('project_ids[]', DEFAULT_PROJECT.id) &&
    asks('actor_ids[]', actor.id) &&
    (quirks.auditResourceFilter === 'ignored' || asks('resource_ids[]', subjectId))
  );
}

/** `AuditLog` of OpenAI's OpenAPI document. */
function eventBody({ id, type, at, actor, subjectId, created }: AuditEvent) {
  const data = created && { project_id: created.projectId, fine_tuned_model_checkpoint: created.checkpoint };
  return {
    id,
    type,
    effective_at: unixSeconds(at),
    project: DEFAULT_PROJECT,
    actor: actorBody(actor),
    [type]: { id: subjectId, ...(data && { data }) },
  };
}

function actorBody({ kind, id }: AuditActor) {
  const user = { id: kind === 'session' ? id : 'user-FakeOwner', email: 'owner@example.com' };
  if (kind === 'session') return { type: kind, session: { user, ip_address: '203.0.113.7' } };
  return { type: kind, api_key: { id, type: 'user', user } };
}
