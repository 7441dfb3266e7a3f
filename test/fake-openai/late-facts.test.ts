import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask } from './raw-client.ts';

const MINUTE_MS = 60_000;

let now: number;
let fake: FakeOpenAI;
let key: string;
beforeEach(async () => {
  now = 1_795_000_000_000;
  fake = await startFakeOpenAI({ now: () => now });
  key = fake.addProject({ id: 'proj_research' }).apiKey;
});
afterEach(() => fake.close());

const get = (path: string) => ask(fake, `GET /fine_tuning/jobs${path}`, { key });
const steps = async (id: string) => {
  const { body } = await get(`/${id}/checkpoints`);
  return (body as { data: { step_number: number }[] }).data.map(({ step_number }) => step_number);
};

test('a job can say that it succeeded before it names its model', async () => {
  fake.quirks.modelLagMs = MINUTE_MS;
  const { id, finalModel } = fake.addJob({ projectId: 'proj_research' });
  expect(await get(`/${id}`)).toMatchObject({ body: { status: 'succeeded', fine_tuned_model: null } });
  now += MINUTE_MS;
  expect(await get(`/${id}`)).toMatchObject({ body: { fine_tuned_model: finalModel } });
});

test('its checkpoints can be listed one by one, and lose the early ones again', async () => {
  fake.quirks.checkpointsLagMs = MINUTE_MS;
  const { id } = fake.addJob({ projectId: 'proj_research', checkpoints: [{ step: 1 }, { step: 2 }, { step: 3 }] });
  const seen = [await steps(id)];
  for (let minute = 0; minute < 3; minute++) {
    now += MINUTE_MS;
    seen.push(await steps(id));
  }
  expect(seen).toEqual([[], [1], [2, 1], [3, 2, 1]]);
  fake.quirks.checkpointsKept = 2;
  expect(await steps(id)).toEqual([3, 2]);
});

test('its metrics and epochs can be told late', async () => {
  fake.quirks.metricsLagMs = MINUTE_MS;
  fake.quirks.epochs = 'auto';
  const { id } = fake.addJob({ projectId: 'proj_research', checkpoints: 1 });
  expect(await get(`/${id}`)).toMatchObject({ body: { hyperparameters: { n_epochs: 'auto' } } });
  expect(await get(`/${id}/checkpoints`)).toMatchObject({ body: { data: [{ metrics: {} }] } });
  now += MINUTE_MS;
  expect(await get(`/${id}/checkpoints`)).toMatchObject({ body: { data: [{ metrics: { step: 88 } }] } });
});

test('jobs and checkpoints can be told in another form, and the pages go on', async () => {
  const jobs = [1, 2, 3].map((n) => fake.addJob({ projectId: 'proj_research', checkpoints: 1, createdAt: now + n }));
  const [first, second] = jobs;
  fake.distort(second?.id ?? '', 'nonsense');
  fake.distort(first?.checkpoints[0]?.id ?? '', { step_number: null });
  expect(await get('?limit=2')).toMatchObject({ body: { data: [{ id: jobs[2]?.id }, 'nonsense'], has_more: true } });
  expect(await get(`?limit=2&after=${second?.id}`)).toMatchObject({ body: { data: [{ id: first?.id }] } });
  expect(await get(`/${first?.id}/checkpoints`)).toMatchObject({ body: { data: [{ step_number: null }] } });
  fake.distort(second?.id ?? '', undefined);
  expect(await get(`/${second?.id}`)).toMatchObject({ body: { id: second?.id } });
});

test.each([
  ['not-found', 404],
  ['bad-request', 400],
] as const)('an id of another form is %s', async (oddJobId, status) => {
  fake.quirks.oddJobId = oddJobId;
  expect(await get('/ftjob_abc123')).toMatchObject({ status });
});
