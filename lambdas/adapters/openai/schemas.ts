// The small zod: 6 KB gzipped in each function's bundle instead of 28 (esbuild, 4.6.7). Only a namespace import of it
// can be tree-shaken; `import { z }` brings 85 KB.
import * as z from 'zod/mini';
import { JOB_ID, parseModelName } from '../../core/model/ids.ts';
import { keyProblem } from '../../core/secrets/api-key.ts';
import { isDate } from '../../core/shutdown/days.ts';

// Only what is used is described, and what is not described is dropped: OpenAI's answers have more fields than its
// documentation. Source of names and types: OpenAI's OpenAPI document.

export type Schema<T> = z.ZodMiniType<T>;

/** Ids that go into paths and keys. Their prefixes (`cp_`, `proj_`) are OpenAI's to change. */
export const PATH_ID = /^[A-Za-z0-9_-]{1,128}$/;
export const id = z.string().check(z.regex(PATH_ID));

/** Seconds since the epoch. */
export const time = z.number().check(z.nonnegative(), z.maximum(8.64e12));

export const text = z.string().check(z.minLength(1));

/** A value that is shown once. What could not be sent as a key is none. */
export const secretValue = text.check(z.refine((value) => keyProblem(value) === null));

export const checkpointName = text.check(z.refine((name) => parseModelName(name) !== undefined));

function page<Item extends z.ZodMiniType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean() });
}

/** A page whose items are read one by one: one that cannot be read must not hide the others. */
export const loosePage = z.object({ data: z.array(z.unknown()), has_more: z.boolean() });

export const withId = z.object({ id: text });

export const permission = z.object({ id, project_id: id, created_at: time });

export const permissionPage = page(permission);

/** Anything but `true` is no word that the permission is gone. */
export const deletion = z.object({ id: text, deleted: z.literal(true) });

export const project = z.object({ id });

export const job = z.object({
  id: z.string().check(z.regex(JOB_ID)),
  status: text,
  model: text,
  fine_tuned_model: z.nullish(z.string()),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
  created_at: time,
  finished_at: z.nullish(time),
  hyperparameters: z.optional(z.unknown()),
  method: z.optional(z.unknown()),
});

export type JobAnswer = z.infer<typeof job>;

/** `auto` is no number. */
export const hyperparameters = z.object({ n_epochs: z.int().check(z.positive()) });

export const checkpoint = z.object({
  id: text,
  fine_tuned_model_checkpoint: checkpointName,
  step_number: z.int().check(z.nonnegative()),
  metrics: z.nullish(z.record(z.string(), z.unknown())),
});

export type CheckpointAnswer = z.infer<typeof checkpoint>;

/** A mode that is not known could mean the contrary: it is no answer. */
export const modelPermissions = z.object({
  mode: z.enum(['allow_list', 'deny_list']),
  model_ids: z.array(z.string()),
});

/** Not part of the document: `WebhookEndpoint` of the npm package openai 7.55.0. */
export const webhookEndpointPage = page(
  z.object({
    id,
    name: z.string(),
    url: z.string(),
    event_types: z.array(text),
    updated_at: z.nullish(time),
    signing_secret_hint: z.nullish(z.string()),
  }),
);

export const model = z.object({ shutdown_date: z.nullish(z.string().check(z.refine(isDate))) });
