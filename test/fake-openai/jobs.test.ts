import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask, column, messageOf } from './raw-client.ts';
import { CheckpointList, FineTuningJob, JobList, Model } from './schema-facts.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

let fake: FakeOpenAI;
let key: string;
let now: number;

beforeEach(async () => {
  now = NOW;
  fake = await startFakeOpenAI({ now: () => now });
  key = fake.addProject({ id: 'proj_research' }).apiKey;
});

afterEach(() => fake.close());

test('answers as documented once the measured oddities are switched off', async () => {
  fake.quirks.undocumentedFields = false;
  fake.quirks.jobErrorOnSuccess = 'null';
  const job = fake.addJob({ projectId: 'proj_research', suffix: 'support' });
  fake.addJob({ projectId: 'proj_research', status: 'running' });
  fake.addJob({ projectId: 'proj_research', status: 'failed' });
  FineTuningJob.parse((await ask(fake, `GET /fine_tuning/jobs/${job.id}`, { key })).body);
  JobList.parse((await ask(fake, 'GET /fine_tuning/jobs', { key })).body);
  CheckpointList.parse((await ask(fake, `GET /fine_tuning/jobs/${job.id}/checkpoints`, { key })).body);
  Model.parse((await ask(fake, `GET /models/${job.finalModel}`, { key })).body);
});

test('shows an empty error and undocumented fields, as measured', async () => {
  const { id } = fake.addJob({ projectId: 'proj_research' });
  const { body } = await ask(fake, `GET /fine_tuning/jobs/${id}`, { key });
  expect(body).toMatchObject({ error: {}, shared_with_openai: false });
});

test('a job has no model and no checkpoints until it has succeeded', async () => {
  const { id, finalModel } = fake.addJob({ projectId: 'proj_research', status: 'running' });
  const running = await ask(fake, `GET /fine_tuning/jobs/${id}`, { key });
  expect(running.body).toMatchObject({ fine_tuned_model: null, finished_at: null, status: 'running' });
  expect(column(await ask(fake, `GET /fine_tuning/jobs/${id}/checkpoints`, { key }), 'id')).toEqual([]);
  expect((await ask(fake, `GET /models/${finalModel}`, { key })).status).toBe(404);

  now += 90_000;
  fake.finishJob(id);
  const done = await ask(fake, `GET /fine_tuning/jobs/${id}`, { key });
  expect(done.body).toMatchObject({ fine_tuned_model: finalModel, finished_at: (NOW + 90_000) / 1000 });
  expect((await ask(fake, `GET /models/${finalModel}`, { key })).status).toBe(200);
});

test.each([
  ['failed', 0],
  ['cancelled', 2],
] as const)('a job that %s leaves no final model and %i checkpoints', async (status, count) => {
  const { id, finalModel } = fake.addJob({ projectId: 'proj_research', status: 'running', checkpoints: 3 });
  fake.finishJob(id, status);
  const left = column(
    await ask(fake, `GET /fine_tuning/jobs/${id}/checkpoints`, { key }),
    'fine_tuned_model_checkpoint',
  );
  expect(left).toHaveLength(count);
  expect(left).not.toContain(finalModel);
  expect((await ask(fake, `GET /fine_tuning/jobs/${id}`, { key })).body).toMatchObject({ fine_tuned_model: null });
});

test('the final model has no step in its name, each intermediate one a short id of its own', async () => {
  const { checkpoints, finalModel } = fake.addJob({ projectId: 'proj_research', suffix: 'support', checkpoints: 3 });
  const names = checkpoints.map(({ checkpoint }) => checkpoint);
  expect(names[0]).toMatch(/^ft:gpt-4o-mini-2024-07-18:acme:support:[A-Za-z0-9]{8}:ckpt-step-88$/);
  expect(names[2]).toBe(finalModel);
  expect(new Set(names.map((name) => name.split(':')[4])).size).toBe(3);
});

test('a job tuned from a fine-tuned model is named after the foundation', () => {
  const { finalModel } = fake.addJob({
    projectId: 'proj_research',
    baseModel: 'ft:gpt-4o-2024-08-06:acme:one:Ab12Cd34',
  });
  expect(finalModel).toMatch(/^ft:gpt-4o-2024-08-06:acme::[A-Za-z0-9]{8}$/);
});

test('whether the final model is listed among the checkpoints is a switch', async () => {
  const { id, finalModel } = fake.addJob({ projectId: 'proj_research' });
  const list = async () =>
    column(await ask(fake, `GET /fine_tuning/jobs/${id}/checkpoints`, { key }), 'fine_tuned_model_checkpoint');
  expect(await list()).toContain(finalModel);
  fake.quirks.finalModelListed = false;
  expect(await list()).toHaveLength(2);
  expect(await list()).not.toContain(finalModel);
});

test('all that is told of a job is kept', async () => {
  const { id } = fake.addJob({
    projectId: 'proj_research',
    id: 'ftjob-mine',
    finalModel: 'ft:gpt-4o:acme:mine:One',
    checkpoints: [
      { step: 10, checkpoint: 'ft:gpt-4o:acme:mine:Two:ckpt-step-10', metrics: { train_loss: 3 } },
      { step: 20 },
    ],
    metadata: { stage: 'release' },
    createdAt: NOW - 1_000_000,
  });
  const { body } = await ask(fake, `GET /fine_tuning/jobs/${id}`, { key });
  expect(body).toMatchObject({ created_at: NOW / 1000 - 1000, metadata: { stage: 'release' } });
  const answer = await ask(fake, 'GET /fine_tuning/jobs/ftjob-mine/checkpoints', { key });
  expect(column(answer, 'step_number')).toEqual([20, 10]);
  expect(column(answer, 'metrics')[1]).toEqual({ train_loss: 3 });
});

test('the list turns its pages, 20 jobs at a time or as many as asked for', async () => {
  for (let index = 0; index < 25; index++) fake.addJob({ projectId: 'proj_research', createdAt: NOW + index * 1000 });
  const first = await ask(fake, 'GET /fine_tuning/jobs', { key });
  expect(column(first, 'id')).toHaveLength(20);
  expect(first.body.has_more).toBe(true);
  const rest = await ask(fake, `GET /fine_tuning/jobs?limit=5&after=${column(first, 'id').at(-1)}`, { key });
  expect(rest.body.has_more).toBe(false);
  const times = [...column(first, 'created_at'), ...column(rest, 'created_at')];
  expect(times).toEqual(Array.from({ length: 25 }, (_, index) => NOW / 1000 + 24 - index));
});

test('a job that was added later, but is older, is listed later', async () => {
  const { id: younger } = fake.addJob({ projectId: 'proj_research' });
  const { id: older } = fake.addJob({ projectId: 'proj_research', createdAt: NOW - 1000 });
  expect(column(await ask(fake, 'GET /fine_tuning/jobs', { key }), 'id')).toEqual([younger, older]);
});

test('metadata filters hold together; null asks for jobs without any', async () => {
  const both = fake.addJob({ projectId: 'proj_research', metadata: { stage: 'release', team: 'a' } });
  fake.addJob({ projectId: 'proj_research', metadata: { stage: 'release' } });
  const none = fake.addJob({ projectId: 'proj_research' });
  const filter = async (query: string) => column(await ask(fake, `GET /fine_tuning/jobs?${query}`, { key }), 'id');
  expect(await filter('metadata[stage]=release')).toHaveLength(2);
  expect(await filter('metadata%5Bstage%5D=release&metadata[team]=a')).toEqual([both.id]);
  expect(await filter('metadata=null')).toEqual([none.id]);
});

test("a project's key sees no other project's jobs and models", async () => {
  const { id, finalModel } = fake.addJob({ projectId: 'proj_research' });
  const { apiKey: other } = fake.addProject({ id: 'proj_eu' });
  expect(column(await ask(fake, 'GET /fine_tuning/jobs', { key: other }), 'id')).toEqual([]);
  expect((await ask(fake, `GET /fine_tuning/jobs/${id}`, { key: other })).status).toBe(404);
  expect((await ask(fake, `GET /models/${finalModel}`, { key: other })).status).toBe(404);
  fake.grant(finalModel, 'proj_eu');
  expect((await ask(fake, `GET /models/${finalModel}`, { key: other })).status).toBe(200);
});

test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=ten', 'limit'],
  ['after=ftjob-never', 'after'],
])('refuses %s', async (query, param) => {
  const answer = await ask(fake, `GET /fine_tuning/jobs?${query}`, { key });
  expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
});

test.each([
  [{ training_file: 'file-a' }, "Missing required parameter: 'model'."],
  [{ model: 'gpt-4o', training_file: 1 }, "Invalid type for 'training_file': expected a string."],
  [
    { model: 'gpt-4o', training_file: 'file-a', metadata: { a: 1 } },
    "Invalid type for 'metadata': expected an object of strings.",
  ],
  [{ model: 'gpt-4o', training_file: 'file-a', n_epochs: 3 }, "Unknown parameter: 'n_epochs'."],
])('refuses to create a job from %j', async (body, message) => {
  const answer = await ask(fake, 'POST /fine_tuning/jobs', { key, body });
  expect(answer.status).toBe(400);
  expect(messageOf(answer)).toBe(message);
  expect(column(await ask(fake, 'GET /fine_tuning/jobs', { key }), 'id')).toEqual([]);
});

test('the same seed makes the same ids, another one others', async () => {
  const modelOf = async (seed: number) => {
    const another = await startFakeOpenAI({ seed });
    another.addProject({ id: 'proj_research' });
    const { id, finalModel } = another.addJob({ projectId: 'proj_research' });
    await another.close();
    return [id, finalModel, another.adminKey];
  };
  expect(await modelOf(7)).toEqual(await modelOf(7));
  expect(await modelOf(7)).not.toEqual(await modelOf(8));
});

test('a test that asks for nonsense is told so', () => {
  const { id } = fake.addJob({ projectId: 'proj_research' });
  expect(() => fake.finishJob(id)).toThrow('has ended');
  expect(() => fake.finishJob('ftjob-never')).toThrow('Add job ftjob-never first');
  expect(() => fake.addJob({ projectId: 'proj_never' })).toThrow('Add project proj_never first');
  expect(() => fake.addJob({ projectId: 'proj_research', id })).toThrow('use another id');
  expect(() => fake.addProject({ id: 'proj_research' })).toThrow('use another id');
});
