import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';

// OpenAI's own client as an independent judge: its types are checked by tsc, its pagination by what it collects.

let fake: FakeOpenAI;
let client: OpenAI;

beforeEach(async () => {
  fake = await startFakeOpenAI();
  const { apiKey } = fake.addProject({ id: 'proj_research' });
  client = new OpenAI({ baseURL: fake.url, apiKey, adminAPIKey: fake.adminKey, maxRetries: 0 });
});

afterEach(async () => {
  expect(fake.unexpected).toEqual([]);
  await fake.close();
});

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

test('creates, retrieves and lists jobs, page by page, newest first', async () => {
  const created = await client.fineTuning.jobs.create({
    model: 'gpt-4o-mini-2024-07-18',
    training_file: 'file-abc',
    suffix: 'support',
    metadata: { stage: 'release' },
  });
  expect(created.status).toBe('validating_files');
  fake.finishJob(created.id);
  const job = await client.fineTuning.jobs.retrieve(created.id);
  expect(job.status).toBe('succeeded');
  expect(job.fine_tuned_model).toMatch(/^ft:gpt-4o-mini-2024-07-18:acme:support:/);

  const later = Array.from({ length: 24 }, () => fake.addJob({ projectId: 'proj_research' }).id);
  const listed = await collect(client.fineTuning.jobs.list());
  expect(listed.map(({ id }) => id)).toEqual([...later.reverse(), created.id]);
  expect(fake.calls.count({ endpoint: 'jobs.list' })).toBe(2);

  const released = await collect(client.fineTuning.jobs.list({ metadata: { stage: 'release' } }));
  expect(released.map(({ id }) => id)).toEqual([created.id]);
});

test("lists a job's checkpoints, page by page, highest step first", async () => {
  const job = fake.addJob({ projectId: 'proj_research', checkpoints: 23 });
  const listed = await collect(client.fineTuning.jobs.checkpoints.list(job.id));
  expect(listed.map(({ fine_tuned_model_checkpoint: name }) => name)).toEqual(
    job.checkpoints.map(({ checkpoint }) => checkpoint).reverse(),
  );
  expect(listed[0]?.metrics.full_valid_loss).toBeLessThan(listed[1]?.metrics.full_valid_loss ?? 0);
  expect(fake.calls.count({ endpoint: 'jobs.checkpoints' })).toBe(3);
});

test('creates, lists and deletes checkpoint permissions', async () => {
  const { finalModel } = fake.addJob({ projectId: 'proj_research' });
  const targets = Array.from({ length: 12 }, (_, index) => fake.addProject({ id: `proj_${index}` }).id);
  const { permissions } = client.fineTuning.checkpoints;

  const created = await collect(permissions.create(finalModel, { project_ids: targets }));
  expect(created.map(({ project_id: id }) => id)).toEqual(targets);

  const listed = await collect(permissions.list(finalModel, { order: 'ascending' }));
  expect(listed).toEqual(created);
  expect(fake.calls.count({ endpoint: 'permissions.list' })).toBe(2);

  const [first] = created;
  if (!first) throw new Error('The list above is not empty.');
  const deleted = await permissions.delete(first.id, { fine_tuned_model_checkpoint: finalModel });
  expect(deleted).toEqual({ id: first.id, object: 'checkpoint.permission', deleted: true });
  expect(fake.permissions(finalModel).map(({ id }) => id)).toEqual(created.slice(1).map(({ id }) => id));
});

test('retrieves a model with its shutdown date', async () => {
  fake.addModel({ id: 'gpt-4o-mini-2024-07-18', shutdownDate: '2027-01-14' });
  const { finalModel } = fake.addJob({ projectId: 'proj_research' });
  const model = await client.models.retrieve(finalModel);
  expect(model).toMatchObject({ id: finalModel, owned_by: 'acme', shutdown_date: '2027-01-14' });
});

test('reads the audit log of permissions, page by page', async () => {
  const { finalModel } = fake.addJob({ projectId: 'proj_research' });
  for (let index = 0; index < 21; index++) fake.grant(finalModel, fake.addProject({ id: `proj_${index}` }).id);
  const [first] = fake.permissions(finalModel);
  if (!first) throw new Error('Permissions were granted above.');
  fake.revoke(finalModel, first.id);

  const events = await collect(
    client.admin.organization.auditLogs.list({
      event_types: ['checkpoint.permission.created', 'checkpoint.permission.deleted'],
      effective_at: { gte: 1 },
    }),
  );
  expect(events).toHaveLength(22);
  expect(events[0]).toMatchObject({
    type: 'checkpoint.permission.deleted',
    'checkpoint.permission.deleted': { id: first.id },
  });
  expect(events.at(-1)?.['checkpoint.permission.created']).toEqual({
    id: first.id,
    data: { project_id: 'proj_0', fine_tuned_model_checkpoint: finalModel },
  });
  expect(fake.calls.count({ endpoint: 'audit_logs.list' })).toBe(2);
});

test('reads projects, archived ones too, and their model permissions', async () => {
  fake.addProject({ id: 'proj_old', archived: true });
  fake.addProject({ id: 'proj_eu', modelPermissions: { mode: 'allow_list', modelIds: ['gpt-4o'] } });
  const { projects } = client.admin.organization;
  expect((await collect(projects.list())).map(({ id }) => id)).toEqual(['proj_eu', 'proj_research']);
  expect((await collect(projects.list({ include_archived: true }))).map(({ id }) => id)).toContain('proj_old');
  expect((await projects.retrieve('proj_old')).status).toBe('archived');
  expect(await projects.modelPermissions.retrieve('proj_eu')).toMatchObject({
    mode: 'allow_list',
    model_ids: ['gpt-4o'],
  });
});

test('lists webhook endpoints, page by page, newest first', async () => {
  const made = Array.from({ length: 21 }, (_, index) =>
    fake.addWebhookEndpoint('proj_research', { url: `https://hooks.example.com/${index}` }),
  );
  const listed = await collect(client.webhooks.list());
  expect(listed.map(({ id, url }) => [id, url])).toEqual(made.map(({ id, url }) => [id, url]).reverse());
  expect(listed[0]?.event_types).toContain('fine_tuning.job.succeeded');
  expect(fake.calls.count({ endpoint: 'webhook_endpoints.list' })).toBe(2);
});

test('finds the event of one permission in the audit log', async () => {
  const { finalModel } = fake.addJob({ projectId: 'proj_research' });
  for (let index = 0; index < 3; index++) fake.grant(finalModel, fake.addProject({ id: `proj_${index}` }).id);
  const [, second] = fake.permissions(finalModel);
  const found = await collect(client.admin.organization.auditLogs.list({ resource_ids: [second?.id ?? ''] }));
  expect(found.map((event) => event['checkpoint.permission.created']?.id)).toEqual([second?.id]);
});

test("raises the SDK's own errors", async () => {
  const { finalModel } = fake.addJob({ projectId: 'proj_research' });
  const { permissions } = client.fineTuning.checkpoints;
  await expect(permissions.create(finalModel, { project_ids: ['proj_research'] })).rejects.toThrow(
    OpenAI.BadRequestError,
  );
  await expect(permissions.create('ft:a:b::c', { project_ids: ['proj_x'] })).rejects.toThrow(OpenAI.NotFoundError);
  await expect(permissions.list('ftckpt_abc')).rejects.toThrow(OpenAI.InternalServerError);
  fake.revokeKey(fake.adminKey);
  await expect(permissions.list(finalModel)).rejects.toThrow(OpenAI.AuthenticationError);
  fake.faults.queue('jobs.list', 'throttled');
  await expect(client.fineTuning.jobs.list()).rejects.toThrow(OpenAI.RateLimitError);
});
