import * as z from 'zod/mini';
import type { AuditEvent } from '../../core/audit/event.ts';
import { RefusedError } from '../../core/errors.ts';
import { shortened } from '../../core/model/bytes.ts';
import type { AuditLogApi, AuditLookupApi } from '../../core/ports/openai.ts';
import type { OpenAIHttp } from './http.ts';
import { nextCursor, PAGE_SIZE, withIds } from './page.ts';
import { checkpointName, id, loosePage, PATH_ID, time } from './schemas.ts';

export const AUDIT_LOGS_PATH = '/organization/audit_logs';

// Source of names and types: `AuditLog` of OpenAI's OpenAPI document. The details of an event stand under its type.

export const EVENT_TYPES = [
  'checkpoint.permission.created',
  'checkpoint.permission.deleted',
  'project.archived',
  'project.deleted',
  'api_key.deleted',
] as const;

/** Who it was is not worth losing an event for: read apart. */
const head = { id, effective_at: time, actor: z.optional(z.unknown()) };
const named = z.object({ id });

/** One event of the kinds that are asked for. */
const auditEvent = z.discriminatedUnion('type', [
  z.object({
    ...head,
    type: z.literal('checkpoint.permission.created'),
    'checkpoint.permission.created': z.object({
      id,
      data: z.object({ project_id: id, fine_tuned_model_checkpoint: checkpointName }),
    }),
  }),
  z.object({
    ...head,
    type: z.literal('checkpoint.permission.deleted'),
    'checkpoint.permission.deleted': named,
  }),
  z.object({ ...head, type: z.literal('project.archived'), 'project.archived': named }),
  z.object({ ...head, type: z.literal('project.deleted'), 'project.deleted': named }),
  z.object({ ...head, type: z.literal('api_key.deleted'), 'api_key.deleted': named }),
]);

type AuditEventAnswer = z.infer<typeof auditEvent>;

/** The name of a user or a key, fit for a reason and a log line; never a key itself. */
const label = z.optional(z.string().check(z.regex(/^(?!sk-|whsec_)[^\s<>"']{1,100}$/)));

const auditActor = z.object({
  session: z.nullish(z.object({ user: z.nullish(z.object({ id: label, email: label })) })),
  api_key: z.nullish(z.object({ id: label })),
});

/**
 * The audit log; `http` must carry the admin key. Events are not asked for by project: what is done with an admin key is
 * logged under the default project, whatever it is about.
 */
export function createAuditLogApi(http: OpenAIHttp): AuditLogApi & AuditLookupApi {
  return {
    async list({ from, after }) {
      const query: [string, string][] = [
        ...EVENT_TYPES.map((type): [string, string] => ['event_types[]', type]),
        ['effective_at[gte]', String(Math.floor(from / 1_000))],
        ['limit', PAGE_SIZE],
      ];
      if (after !== null) query.push(['after', after]);
      const page = await http.call({ method: 'GET', path: AUDIT_LOGS_PATH, query, answer: loosePage });
      const events = readEvents(page.data);
      return {
        events,
        next: nextCursor({ ...page, data: withIds(page.data) }, after),
        unreadable: page.data.length - events.length,
      };
    },

    async findCreated(permissionId) {
      if (!PATH_ID.test(permissionId)) throw new RefusedError('This is no permission id (cp_…)');
      // A whole page: should the filter be ignored, the event may still be among the newest.
      const query: [string, string][] = [
        ['event_types[]', 'checkpoint.permission.created'],
        ['resource_ids[]', permissionId],
        ['limit', PAGE_SIZE],
      ];
      const page = await http.call({ method: 'GET', path: AUDIT_LOGS_PATH, query, answer: loosePage });
      for (const event of readEvents(page.data)) {
        if (event.kind !== 'permission-created' || event.permissionId !== permissionId) continue;
        return { checkpoint: event.checkpoint, projectId: event.projectId };
      }
      return null;
    },
  };
}

/** Those that can be read. */
function readEvents(page: readonly unknown[]): readonly AuditEvent[] {
  return page.flatMap((event) => {
    const read = auditEvent.safeParse(event);
    return read.success ? [toEvent(read.data)] : [];
  });
}

function toEvent(answer: AuditEventAnswer): AuditEvent {
  const logged = { id: answer.id, at: answer.effective_at * 1_000, actor: labelOf(answer.actor) };
  switch (answer.type) {
    case 'checkpoint.permission.created': {
      const { id, data } = answer['checkpoint.permission.created'];
      const checkpoint = data.fine_tuned_model_checkpoint;
      return { ...logged, kind: 'permission-created', permissionId: id, projectId: data.project_id, checkpoint };
    }
    case 'checkpoint.permission.deleted':
      return { ...logged, kind: 'permission-deleted', permissionId: answer['checkpoint.permission.deleted'].id };
    case 'project.archived':
      return { ...logged, kind: 'project-archived', projectId: answer['project.archived'].id };
    case 'project.deleted':
      return { ...logged, kind: 'project-deleted', projectId: answer['project.deleted'].id };
    case 'api_key.deleted':
      return { ...logged, kind: 'key-deleted', keyId: answer['api_key.deleted'].id };
  }
}

/** Bytes: it goes into the reasons of many rows. */
const MOST_LABEL = 200;

/** Whom to ask about it, and no more: OpenAI also tells from which address a person came. */
function labelOf(actor: unknown): string | null {
  const { session, api_key: key } = auditActor.safeParse(actor).data ?? {};
  if (key?.id !== undefined) return shortened(`api key ${key.id}`, MOST_LABEL);
  const person = session?.user?.email ?? session?.user?.id;
  return person === undefined ? null : shortened(`user ${person}`, MOST_LABEL);
}
