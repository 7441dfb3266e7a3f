import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask, messageOf } from './raw-client.ts';
import { ErrorBody } from './schema-facts.ts';

let fake: FakeOpenAI;
let key: string;

beforeEach(async () => {
  fake = await startFakeOpenAI();
  key = fake.addProject({ id: 'proj_research' }).apiKey;
});

afterEach(() => fake.close());

test.each([
  'GET /batches',
  'PUT /organization/projects',
  'POST /fine_tuning/jobs/ftjob-a/cancel',
  'GET /fine_tuning/checkpoints/ft:a:b::c/permissions/cp_a',
  'GET /models/',
])('%s, which nothing is prepared for, is a 404 that is kept', async (line) => {
  const answer = await ask(fake, line);
  expect(answer.status).toBe(404);
  ErrorBody.parse(answer.body);
  const [method, path] = line.split(' ');
  expect(fake.unexpected).toEqual([{ method, path: `/v1${path}`, reason: expect.stringContaining('Unknown request') }]);
  expect(fake.calls.byEndpoint()).toEqual({ unexpected: 1 });
});

test('a query parameter that is not known is refused and kept', async () => {
  const answer = await ask(fake, 'GET /organization/projects?include_archive=true');
  expect(answer.status).toBe(400);
  expect(messageOf(answer)).toBe("Unknown parameter: 'include_archive'.");
  expect(fake.unexpected).toHaveLength(1);
});

test('what OpenAI itself would refuse is not unexpected', async () => {
  await ask(fake, 'GET /fine_tuning/jobs/ftjob-never', { key });
  await ask(fake, 'GET /fine_tuning/jobs', { key: null });
  expect(fake.unexpected).toEqual([]);
});

test('every answer has a request id of its own, the one in the log', async () => {
  const answers = [await ask(fake, 'GET /batches'), await ask(fake, 'GET /fine_tuning/jobs', { key })];
  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  expect(ids[0]).toMatch(/^req_[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(2);
  expect(fake.calls.all.map(({ requestId }) => requestId)).toEqual(ids);
});

test('every answer is dated by the clock of the fake', async () => {
  const dated = await startFakeOpenAI({ now: () => Date.UTC(2026, 10, 20, 12, 0, 0, 999) });
  for (const line of ['GET /batches', 'GET /organization/projects']) {
    expect((await ask(dated, line)).headers.get('date')).toBe('Fri, 20 Nov 2026 12:00:00 GMT');
  }
  await dated.close();
});

test('the log tells what came, when, with which key, and what became of it', async () => {
  fake.addProject({ id: 'proj_eu' });
  const { finalModel } = fake.addJob({ projectId: 'proj_research' });
  const path = `/fine_tuning/checkpoints/${encodeURIComponent(finalModel)}/permissions`;
  const before = Date.now();
  await ask(fake, `POST ${path}`, { body: { project_ids: ['proj_eu'] } });
  await ask(fake, `GET ${path}?limit=5`);
  await ask(fake, `GET ${path}?limit=0`);
  expect(fake.calls.all).toMatchObject([
    {
      method: 'POST',
      path: `/v1${path}`,
      endpoint: 'permissions.create',
      keyKind: 'admin',
      status: 200,
      effect: true,
      fault: 'none',
      body: { project_ids: ['proj_eu'] },
    },
    { method: 'GET', path: `/v1${path}?limit=5`, endpoint: 'permissions.list', status: 200, effect: false },
    { endpoint: 'permissions.list', status: 400, effect: false },
  ]);
  expect(fake.calls.all[0]?.at).toBeGreaterThanOrEqual(before);
  expect(JSON.stringify(fake.calls.all)).not.toContain(fake.adminKey);
  expect(fake.calls.byEndpoint()).toEqual({ 'permissions.create': 1, 'permissions.list': 2 });
  expect(fake.calls.byStatus()).toEqual({ 200: 2, 400: 1 });
  expect(fake.calls.count({ endpoint: 'permissions.list', status: 200 })).toBe(1);
  expect(fake.calls.count({ effect: true })).toBe(1);
  expect(fake.calls.count({ keyKind: 'project' })).toBe(0);
  fake.calls.reset();
  expect(fake.calls.count()).toBe(0);
});

test('a mistake of the fake itself is a 500 that is kept', async () => {
  Object.defineProperty(fake.quirks, 'undocumentedFields', {
    get: () => {
      throw new RangeError('broken on purpose');
    },
  });
  const { id } = fake.addJob({ projectId: 'proj_research' });
  expect((await ask(fake, `GET /fine_tuning/jobs/${id}`, { key })).status).toBe(500);
  expect(fake.unexpected).toMatchObject([{ reason: 'RangeError: broken on purpose' }]);
});

test('closing tears calls that hang, and may be done twice', async () => {
  fake.faults.queue('jobs.list', 'hang-before');
  const hanging = ask(fake, 'GET /fine_tuning/jobs', { key }).catch(() => 'torn');
  await expect.poll(() => fake.calls.count()).toBe(1);
  await fake.close();
  expect(await hanging).toBe('torn');
});
