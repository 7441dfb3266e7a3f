import { describe, expect, it } from 'vitest';
import { createProjectApi } from '../../../lambdas/adapters/openai/projects.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { failureOf, testClient } from './client.ts';
import { apiError, json, type Step, scriptedServer } from './scripted-server.ts';

async function api(...script: Step[]) {
  const server = await scriptedServer(...script);
  const client = testClient(server.origin);
  return {
    ...createProjectApi(client.http),
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("a project's model permissions", () => {
  it.each(['allow_list', 'deny_list'])('are read: %s', async (mode) => {
    await using openai = await api(json({ object: 'project.model_permissions', mode, model_ids: ['gpt-4o'], new: 1 }));
    expect(await openai.getModelPermissions('proj_EU')).toEqual({ mode, modelIds: ['gpt-4o'] });
    expect(openai.seen).toMatchObject([
      { method: 'GET', url: '/v1/organization/projects/proj_EU/model_permissions', body: '' },
    ]);
  });

  it.each([
    'Project proj_EU has no model permissions.',
    'Model permissions not found for project proj_EU',
    'No model_permissions were found for this project: not found',
    'Not found',
    'No such resource',
  ])('are none where OpenAI answers 404 "%s"', async (message) => {
    await using openai = await api(apiError(404, message));
    expect(await openai.getModelPermissions('proj_EU')).toBeNull();
  });

  it.each([
    'Project not found: proj_EU',
    'Project proj_EU not found.',
    'No such project: proj_EU',
    "The project 'proj_EU' does not exist",
    'Could not find project proj_EU',
  ])('are those of a project that OpenAI does not know where it answers 404 "%s"', async (message) => {
    await using openai = await api(apiError(404, message));
    expect(await failureOf(openai.getModelPermissions('proj_EU'))).toMatchObject({ name: 'NotFoundError', message });
  });

  it.each([
    ['the base URL is wrong', apiError(404, 'Invalid URL (GET /v1/x)'), 'CallerRefusedError'],
    ['a gateway answers', json('<html>', 404), 'CallerRefusedError'],
    ['the scope is missing', apiError(401, 'Missing scopes: api.management.read'), 'MissingScopeError'],
    ['OpenAI throttles', apiError(429, 'Rate limit reached.'), 'ThrottledError'],
    ['OpenAI fails', apiError(500, 'Sorry'), 'UnavailableError'],
    ['the mode is another', json({ mode: 'ask_list', model_ids: [] }), 'UnavailableError'],
    ['the models are no list', json({ mode: 'deny_list', model_ids: 'gpt-4o' }), 'UnavailableError'],
    ['there are no models', json({ mode: 'deny_list' }), 'UnavailableError'],
  ])('are not taken for none when %s', async (_, step, name) => {
    await using openai = await api(step);
    expect(await failureOf(openai.getModelPermissions('proj_EU'))).toMatchObject({ name });
  });

  it.each(['', '..', 'proj_EU/x', 'proj_EU?x', 'proj EU'])('are not asked for under the id %j', async (id) => {
    await using openai = await api();
    expect(await failureOf(openai.getModelPermissions(id))).toMatchObject({ name: 'RefusedError', status: null });
  });

  it('are what the fake has, held to the OpenAPI document', async () => {
    const fake = await startFakeOpenAI();
    await using client = testClient('', { baseUrl: fake.url, key: async () => fake.adminKey });
    const { getModelPermissions } = createProjectApi(client.http);
    fake.addProject({ id: 'proj_EU' });
    expect(await getModelPermissions('proj_EU')).toEqual({ mode: 'deny_list', modelIds: [] });
    fake.quirks.noModelPermissions = 'not-found';
    expect(await getModelPermissions('proj_EU')).toBeNull();
    expect(await failureOf(getModelPermissions('proj_NEVER'))).toMatchObject({ name: 'NotFoundError' });
    fake.setModelPermissions('proj_EU', { mode: 'allow_list', modelIds: ['gpt-4o', 'o3'] });
    expect(await getModelPermissions('proj_EU')).toEqual({ mode: 'allow_list', modelIds: ['gpt-4o', 'o3'] });
    expect(fake.calls.count({ endpoint: 'projects.model_permissions', keyKind: 'admin' })).toBe(4);
    expect(fake.unexpected).toEqual([]);
    await fake.close();
  });
});
