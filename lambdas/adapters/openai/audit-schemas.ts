import * as z from 'zod/mini';
import { checkpointName, id, time } from './schemas.ts';

// Source of names and types: `AuditLog` of OpenAI's OpenAPI document. The details of an event stand under its type.

export const EVENT_TYPES = [
  'checkpoint.permission.created',
  'checkpoint.permission.deleted',
  'project.archived',
  'project.deleted',
] as const;

/** Who it was is not worth losing an event for: read apart. */
const head = { id, effective_at: time, actor: z.optional(z.unknown()) };
const named = z.object({ id });

/** One event of the kinds that are asked for. */
export const auditEvent = z.discriminatedUnion('type', [
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
]);

export type AuditEventAnswer = z.infer<typeof auditEvent>;

/** The name of a user or a key, fit for a reason and a log line; never a key itself. */
const label = z.optional(z.string().check(z.regex(/^(?!sk-|whsec_)[^\s<>"']{1,100}$/)));

export const auditActor = z.object({
  session: z.nullish(z.object({ user: z.nullish(z.object({ id: label, email: label })) })),
  api_key: z.nullish(z.object({ id: label })),
});
