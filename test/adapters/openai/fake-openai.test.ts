import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobApi } from '../../../lambdas/adapters/openai/jobs.ts';
import { createPermissionApi } from '../../../lambdas/adapters/openai/permissions.ts';
import type { JobApi, PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { failureOf, type TestClient, testClient } from './client.ts';

const TARGETS = Array.from({ length: 150 }, (_, n) => `proj_target${n}`);

let fake: FakeOpenAI;
let clients: TestClient[];
let permissions: PermissionApi;
let jobs: JobApi;
let checkpoint: string;

function clientWith(key: string) {
  const client = testClient('', { baseUrl: fake.url, key: async () => key, deadlineMs: 2_000 });
  clients.push(client);
  return client.http;
}

beforeEach(async () => {
  fake = await startFakeOpenAI();
  clients = [];
  permissions = createPermissionApi(clientWith(fake.adminKey));
  jobs = createJobApi(clientWith(fake.addProject({ id: 'proj_research' }).apiKey));
  for (const id of TARGETS) fake.addProject({ id });
  checkpoint = fake.addJob({ projectId: 'proj_research', suffix: 'support' }).finalModel;
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await fake.close();
  expect(fake.unexpected).toEqual([]);
});

describe('permissions', () => {
  it('creates, lists every page, deletes', async () => {
    const first = await permissions.create(checkpoint, TARGETS.slice(0, 100));
    const second = await permissions.create(checkpoint, TARGETS.slice(100));
    const created = [...first.permissions, ...second.permissions];
    expect(created.map(({ projectId }) => projectId)).toEqual(TARGETS);
    expect(first.complete && second.complete).toBe(true);

    const page = await permissions.list(checkpoint, null);
    const rest = await permissions.list(checkpoint, page.next);
    expect(rest.next).toBeNull();
    expect([...page.permissions, ...rest.permissions]).toEqual(created);

    for (const { permissionId } of created.slice(0, 3)) await permissions.delete(checkpoint, permissionId);
    expect(fake.permissions(checkpoint)).toHaveLength(147);
    expect(fake.calls.byEndpoint()).toEqual({
      'permissions.create': 2,
      'permissions.list': 2,
      'permissions.delete': 3,
    });
  });

  it('tells that a POST shows a part only', async () => {
    fake.quirks.answerLimit = 1;
    expect(await permissions.create(checkpoint, TARGETS.slice(0, 2))).toMatchObject({ complete: false });
  });

  it('tells a permission that is gone from one that it deletes', async () => {
    const { id } = fake.grant(checkpoint, 'proj_target0');
    fake.revoke(checkpoint, id);
    await expect(permissions.delete(checkpoint, id)).resolves.toBe('absent');
  });

  it.each([
    ['the owning project', ['proj_research'], 'OwningProjectError'],
    ['a project nobody knows', ['proj_nobody'], 'RefusedError'],
  ])('tells of %s', async (_, projectIds, name) => {
    const error = await failureOf(permissions.create(checkpoint, projectIds));
    expect(error).toMatchObject({ name, status: 400, requestId: expect.stringMatching(/./) });
    expect(error.message).toContain(projectIds[0]);
  });

  it('tells of a checkpoint nobody knows', async () => {
    const unknown = 'ft:gpt-4o-mini-2024-07-18:acme::nothing';
    expect(await failureOf(permissions.create(unknown, ['proj_target0']))).toMatchObject({ name: 'NotFoundError' });
  });

  it.each([
    ['throttled', 'ThrottledError', 0],
    ['error-before', 'UncertainError', 0],
    ['error-after', 'UncertainError', 1],
    ['reset-before', 'UncertainError', 0],
    ['reset-after', 'UncertainError', 1],
    ['hang-after', 'UncertainError', 1],
    ['malformed', 'UncertainError', 1],
  ] as const)('a POST that meets %s is a %s and left %i permissions', async (fault, name, left) => {
    fake.faults.queue('permissions.create', fault);
    expect(await failureOf(permissions.create(checkpoint, ['proj_target0']))).toMatchObject({ name });
    expect(fake.permissions(checkpoint)).toHaveLength(left);
  });
});

describe('keys', () => {
  it('a project key cannot do the work of an admin key', async () => {
    const { value } = fake.addProjectKey('proj_research');
    const error = await failureOf(createPermissionApi(clientWith(value)).list(checkpoint, null));
    expect(['BadCredentialsError', 'MissingScopeError']).toContain(error.name);
  });

  it('a key without the scope', async () => {
    const { value } = fake.addAdminKey({ scopes: [] });
    const call = createPermissionApi(clientWith(value)).create(checkpoint, ['proj_target0']);
    expect(await failureOf(call)).toMatchObject({ name: 'MissingScopeError' });
  });

  it('a revoked key', async () => {
    fake.revokeKey(fake.adminKey);
    expect(await failureOf(permissions.list(checkpoint, null))).toMatchObject({ name: 'BadCredentialsError' });
  });
});

describe('jobs', () => {
  it('reads a job with its checkpoints, all pages', async () => {
    const metadata = { stage: 'release' };
    const made = fake.addJob({ projectId: 'proj_research', metadata, checkpoints: 120 });
    expect(await jobs.getJob(made.id)).toMatchObject({ jobId: made.id, finalModel: made.finalModel, metadata });
    const found = await jobs.listCheckpoints(made.id);
    const expected = made.checkpoints.map(({ checkpoint, step }) => ({ checkpoint, step }));
    expect(found).toMatchObject(expected.toReversed());
    expect(found[0]).toHaveProperty('metrics.train_loss');
    expect(fake.calls.count({ endpoint: 'jobs.checkpoints' })).toBe(2);
  });

  it('lists jobs, newest first', async () => {
    const running = fake.addJob({ projectId: 'proj_research', status: 'running', createdAt: Date.now() + 60_000 });
    const { jobs: found, next } = await jobs.listJobs(null);
    expect(next).toBeNull();
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ jobId: running.id, status: 'running', finalModel: null, finishedAt: null });
  });
});
