import { z } from 'zod';

// Written by hand from OpenAI's OpenAPI document of 2026-08-21 (commit f85dbe2), so that the fake is held against
// something other than itself. Strict: a field that the document does not have is a mistake here.

const time = z.int().positive();
const list = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });

const Hyperparameters = z.strictObject({
  n_epochs: z.int(),
  batch_size: z.int(),
  learning_rate_multiplier: z.number(),
});

export const FineTuningJob = z.strictObject({
  object: z.literal('fine_tuning.job'),
  id: z.string().regex(/^ftjob-[A-Za-z0-9]{24}$/),
  model: z.string(),
  created_at: time,
  finished_at: time.nullable(),
  fine_tuned_model: z
    .string()
    .regex(/^ft:[^:]+:[^:]+:[^:]*:[A-Za-z0-9]{8}$/)
    .nullable(),
  organization_id: z.string(),
  result_files: z.array(z.string()),
  status: z.enum(['validating_files', 'queued', 'running', 'succeeded', 'failed', 'cancelled']),
  validation_file: z.string().nullable(),
  training_file: z.string(),
  hyperparameters: Hyperparameters,
  trained_tokens: z.int().nullable(),
  error: z.strictObject({ code: z.string(), message: z.string(), param: z.string().nullable() }).nullable(),
  integrations: z.array(z.never()).max(5).nullable(),
  seed: z.int(),
  estimated_finish: time.nullable(),
  method: z.strictObject({
    type: z.enum(['supervised', 'dpo', 'reinforcement']),
    supervised: z.strictObject({ hyperparameters: Hyperparameters }),
  }),
  metadata: z.record(z.string(), z.string()).nullable(),
});

/** The only list without `first_id` and `last_id`. */
export const JobList = z.strictObject({
  object: z.literal('list'),
  data: z.array(FineTuningJob),
  has_more: z.boolean(),
});

export const CheckpointList = list(
  z.strictObject({
    object: z.literal('fine_tuning.job.checkpoint'),
    id: z.string().regex(/^ftckpt_[A-Za-z0-9]{24}$/),
    created_at: time,
    fine_tuned_model_checkpoint: z.string().regex(/^ft:[^:]+:[^:]+:[^:]*:[A-Za-z0-9]{8}(:ckpt-step-\d+)?$/),
    step_number: z.int(),
    metrics: z.strictObject({
      step: z.number(),
      train_loss: z.number(),
      train_mean_token_accuracy: z.number(),
      valid_loss: z.number(),
      valid_mean_token_accuracy: z.number(),
      full_valid_loss: z.number(),
      full_valid_mean_token_accuracy: z.number(),
    }),
    fine_tuning_job_id: z.string().startsWith('ftjob-'),
  }),
);

export const PermissionList = list(
  z.strictObject({
    object: z.literal('checkpoint.permission'),
    id: z.string().regex(/^cp_[A-Za-z0-9]{24}$/),
    created_at: time,
    project_id: z.string().startsWith('proj_'),
  }),
);

export const PermissionDeleted = z.strictObject({
  object: z.literal('checkpoint.permission'),
  id: z.string().startsWith('cp_'),
  deleted: z.literal(true),
});

export const Model = z.strictObject({
  object: z.literal('model'),
  id: z.string(),
  created: time,
  owned_by: z.string(),
  shutdown_date: z.iso.date().nullable(),
});

export const Project = z.strictObject({
  object: z.literal('organization.project'),
  id: z.string(),
  name: z.string().nullable(),
  created_at: time,
  archived_at: time.nullable(),
  status: z.enum(['active', 'archived']),
  external_key_id: z.string().nullable(),
  residency: z.literal('GLOBAL'),
});

export const ProjectList = list(Project);

export const ModelPermissions = z.strictObject({
  object: z.literal('project.model_permissions'),
  mode: z.enum(['allow_list', 'deny_list']),
  model_ids: z.array(z.string()),
});

const User = z.strictObject({ id: z.string(), email: z.email() });

const auditEvent = {
  id: z.string().startsWith('audit_log-'),
  effective_at: time,
  project: z.strictObject({ id: z.string(), name: z.string() }),
  actor: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('api_key'),
      api_key: z.strictObject({ id: z.string(), type: z.literal('user'), user: User }),
    }),
    z.strictObject({ type: z.literal('session'), session: z.strictObject({ user: User, ip_address: z.ipv4() }) }),
  ]),
};

export const AuditLogList = list(
  z.discriminatedUnion('type', [
    z.strictObject({
      ...auditEvent,
      type: z.literal('checkpoint.permission.created'),
      'checkpoint.permission.created': z.strictObject({
        id: z.string().startsWith('cp_'),
        data: z.strictObject({ project_id: z.string(), fine_tuned_model_checkpoint: z.string().startsWith('ft:') }),
      }),
    }),
    z.strictObject({
      ...auditEvent,
      type: z.literal('checkpoint.permission.deleted'),
      'checkpoint.permission.deleted': z.strictObject({ id: z.string().startsWith('cp_') }),
    }),
    z.strictObject({
      ...auditEvent,
      type: z.literal('api_key.deleted'),
      'api_key.deleted': z.strictObject({ id: z.string().startsWith('key_') }),
    }),
    ...(['project.archived', 'project.deleted'] as const).map((type) =>
      z.strictObject({
        ...auditEvent,
        type: z.literal(type),
        [type]: z.strictObject({ id: z.string().startsWith('proj_') }),
      }),
    ),
  ]),
);

/** `WebhookEndpoint` of the npm package openai 7.55.0: newer than the document. */
export const WebhookEndpointList = list(
  z.strictObject({
    object: z.literal('webhook_endpoint'),
    id: z.string().startsWith('whe_'),
    created_at: time,
    updated_at: time.optional(),
    name: z.string().min(1).max(256),
    url: z.url().startsWith('https://').max(2_048),
    event_types: z.array(z.string()).min(1),
    signing_secret_hint: z.string().nullable(),
  }),
);

export const ErrorBody = z.strictObject({
  error: z.strictObject({
    message: z.string().min(1),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});

export const WebhookEventBody = z.strictObject({
  id: z.string().startsWith('evt_'),
  object: z.literal('event'),
  created_at: time,
  type: z.enum(['fine_tuning.job.succeeded', 'fine_tuning.job.failed', 'fine_tuning.job.cancelled']),
  data: z.strictObject({ id: z.string().startsWith('ftjob-') }),
});
