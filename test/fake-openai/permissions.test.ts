import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask, column, messageOf } from './raw-client.ts';
import { PermissionDeleted, PermissionList } from './schema-facts.ts';

let fake: FakeOpenAI;
let checkpoint: string;
let path: string;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 20, 12);
  fake = await startFakeOpenAI({ now: () => now });
  for (const id of ['proj_research', 'proj_eu', 'proj_us', 'proj_asia']) fake.addProject({ id });
  fake.addProject({ id: 'proj_old', archived: true });
  checkpoint = fake.addJob({ projectId: 'proj_research' }).finalModel;
  path = `/fine_tuning/checkpoints/${checkpoint}/permissions`;
});

afterEach(() => fake.close());

const post = (...projectIds: string[]) => ask(fake, `POST ${path}`, { body: { project_ids: projectIds } });
const grantedTo = () => fake.permissions(checkpoint).map(({ projectId }) => projectId);

test('answers as documented', async () => {
  PermissionList.parse((await post('proj_eu', 'proj_us')).body);
  const listed = await ask(fake, `GET ${path}`);
  PermissionList.parse(listed.body);
  PermissionDeleted.parse((await ask(fake, `DELETE ${path}/${column(listed, 'id')[0]}`)).body);
  expect(grantedTo()).toEqual(['proj_eu']);
});

test('takes the colons of a model id escaped or as they are', async () => {
  const escaped = `/fine_tuning/checkpoints/${encodeURIComponent(checkpoint)}/permissions`;
  const answer = await ask(fake, `POST ${escaped}`, { body: { project_ids: ['proj_eu'] } });
  expect(answer.status).toBe(200);
  expect(column(await ask(fake, `GET ${path}`), 'id')).toEqual(column(answer, 'id'));
});

describe('list', () => {
  test('10 a page, newest first', async () => {
    const ids = Array.from({ length: 12 }, () => fake.grant(checkpoint, 'proj_eu').id);
    const first = await ask(fake, `GET ${path}`);
    expect(column(first, 'id')).toEqual(ids.toReversed().slice(0, 10));
    expect(first.body).toMatchObject({ has_more: true, first_id: ids[11], last_id: ids[2] });
    const second = await ask(fake, `GET ${path}?after=${ids[2]}`);
    expect(column(second, 'id')).toEqual([ids[1], ids[0]]);
    expect(second.body).toMatchObject({ has_more: false });
  });

  test('oldest first, and one project only, when asked', async () => {
    await post('proj_eu', 'proj_us');
    expect(column(await ask(fake, `GET ${path}?order=ascending`), 'project_id')).toEqual(['proj_eu', 'proj_us']);
    expect(column(await ask(fake, `GET ${path}?project_id=proj_us`), 'project_id')).toEqual(['proj_us']);
    expect((await ask(fake, `GET ${path}?order=newest`)).status).toBe(400);
  });

  test('an empty one has no first and last id', async () => {
    expect((await ask(fake, `GET ${path}`)).body).toMatchObject({ data: [], first_id: null, last_id: null });
  });

  test('a lag hides what was just posted, but not from POST and DELETE', async () => {
    fake.quirks.listLagMs = 60_000;
    const created = await post('proj_eu');
    now += 59_999;
    expect(column(await ask(fake, `GET ${path}`), 'id')).toEqual([]);
    expect(column(await post('proj_eu'), 'id')).toEqual(column(created, 'id'));
    now += 1;
    expect(column(await ask(fake, `GET ${path}`), 'id')).toEqual(column(created, 'id'));
  });
});

describe('refusals', () => {
  test('the owning project, with the message OpenAI gives', async () => {
    const answer = await post('proj_eu', 'proj_research');
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toBe('Cannot modify checkpoint permissions for the owning project: proj_research');
    expect(grantedTo()).toEqual([]);
  });

  test('a checkpoint by its own id makes the API fail', async () => {
    const wrong = '/fine_tuning/checkpoints/ftckpt_abc/permissions';
    expect((await ask(fake, `POST ${wrong}`, { body: { project_ids: ['proj_eu'] } })).status).toBe(500);
    expect((await ask(fake, `GET ${wrong}`)).status).toBe(500);
    expect((await ask(fake, `DELETE ${wrong}/cp_a`)).status).toBe(500);
  });

  test('an unknown, foundation or deleted model is not found', async () => {
    fake.addModel({ id: 'gpt-4o' });
    for (const model of ['ft:gpt-4o:acme::Never', 'gpt-4o']) {
      expect((await ask(fake, `GET /fine_tuning/checkpoints/${model}/permissions`)).status).toBe(404);
    }
    await post('proj_eu');
    fake.deleteModel(checkpoint);
    expect((await post('proj_us')).status).toBe(404);
    expect((await ask(fake, `GET ${path}`)).status).toBe(404);
    expect(grantedTo()).toEqual([]);
  });

  test('a permission is deleted once, and under its own checkpoint', async () => {
    const { id } = fake.grant(checkpoint, 'proj_eu');
    const other = fake.addJob({ projectId: 'proj_research' }).finalModel;
    expect((await ask(fake, `DELETE /fine_tuning/checkpoints/${other}/permissions/${id}`)).status).toBe(404);
    expect((await ask(fake, `DELETE ${path}/${id}`)).status).toBe(200);
    expect((await ask(fake, `DELETE ${path}/${id}`)).status).toBe(404);
  });

  test.each([
    [undefined, 'We could not parse the JSON body'],
    ['{"project_ids":', 'We could not parse the JSON body'],
    [['proj_eu'], 'expected a JSON object'],
    [{}, "Missing required parameter: 'project_ids'"],
    [{ project_ids: 'proj_eu' }, 'expected an array of strings'],
    [{ project_ids: [7] }, 'expected an array of strings'],
    [{ project_ids: [] }, 'empty array'],
    [{ project_ids: ['proj_eu'], role: 'user' }, "Unknown parameter: 'role'"],
  ])('a body like %j', async (body, message) => {
    const answer = await ask(fake, `POST ${path}`, { body });
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toContain(message);
    expect(grantedTo()).toEqual([]);
  });

  test('a body that is not sent as JSON', async () => {
    const answer = await ask(fake, `POST ${path}`, { body: '{"project_ids":["proj_eu"]}', contentType: 'text/plain' });
    expect(answer.status).toBe(400);
  });
});

describe('a bad project among good ones', () => {
  test.each([
    ['proj_never', 'Project not found: proj_never'],
    ['proj_old', 'Project is archived: proj_old'],
  ])('fails-all-naming: %s is named, nothing is granted', async (bad, message) => {
    const answer = await post('proj_eu', bad);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toBe(message);
    expect(grantedTo()).toEqual([]);
  });

  test('fails-all-silent: none is named, nothing is granted', async () => {
    fake.quirks.badProject = 'fails-all-silent';
    const answer = await post('proj_eu', 'proj_never');
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).not.toContain('proj_');
    expect(grantedTo()).toEqual([]);
  });

  test('left-out: the others get theirs', async () => {
    fake.quirks.badProject = 'left-out';
    expect(column(await post('proj_never', 'proj_eu', 'proj_old'), 'project_id')).toEqual(['proj_eu']);
    expect(grantedTo()).toEqual(['proj_eu']);
    expect(column(await post('proj_never'), 'id')).toEqual([]);
  });

  test('a project is bad from the moment it is archived', async () => {
    fake.archiveProject('proj_eu');
    expect(messageOf(await post('proj_eu'))).toContain('archived');
  });
});

describe('a repeated POST', () => {
  test('returns-existing: the same id, nothing changed', async () => {
    const [first] = column(await post('proj_eu'), 'id');
    const again = await post('proj_eu', 'proj_us');
    expect(column(again, 'id')[0]).toBe(first);
    expect(grantedTo()).toEqual(['proj_eu', 'proj_us']);
    await post('proj_eu');
    expect(fake.calls.all.map(({ effect }) => effect)).toEqual([true, true, false]);
  });

  test('makes-second: another id for the same project', async () => {
    fake.quirks.repeatedPost = 'makes-second';
    const [first] = column(await post('proj_eu'), 'id');
    const [second] = column(await post('proj_eu'), 'id');
    expect(second).not.toBe(first);
    expect(fake.permissions(checkpoint).map(({ id }) => id)).toEqual([first, second]);
  });

  test.each([
    ['fails-naming', true],
    ['fails-silent', false],
  ] as const)('%s: 400, nothing is granted', async (repeatedPost, names) => {
    fake.quirks.repeatedPost = repeatedPost;
    await post('proj_eu');
    const again = await post('proj_us', 'proj_eu');
    expect(again.status).toBe(400);
    expect(messageOf(again).includes('proj_eu')).toBe(names);
    expect((await post('proj_us', 'proj_us')).status).toBe(400);
    expect(grantedTo()).toEqual(['proj_eu']);
  });
});

test('more project_ids than the maximum are refused, naming none', async () => {
  fake.quirks.maxProjectIds = 2;
  const answer = await post('proj_eu', 'proj_us', 'proj_asia');
  expect(answer.status).toBe(400);
  expect(messageOf(answer)).not.toContain('proj_');
  expect((await post('proj_eu', 'proj_us')).status).toBe(200);
});

test('the answer may be in another order, and may show only a part', async () => {
  const many = Array.from({ length: 20 }, (_, index) => fake.addProject({ id: `proj_${index}` }).id);
  fake.quirks.answerOrder = 'shuffled';
  const projects = column(await post(...many), 'project_id');
  expect(projects).not.toEqual(many);
  expect(projects.toSorted()).toEqual(many.toSorted());
  fake.quirks.answerLimit = 3;
  const part = await post(...many);
  expect(column(part, 'id')).toHaveLength(3);
  expect(part.body.has_more).toBe(true);
});
