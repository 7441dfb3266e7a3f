import { describe, expect, it } from 'vitest';
import { createPermissionApi } from '../../../lambdas/adapters/openai/permissions.ts';
import { failureOf, testClient } from './client.ts';
import { apiError, json, type Step, scriptedServer } from './scripted-server.ts';

const NAME = 'ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH';

function permission(n: number) {
  return { object: 'checkpoint.permission', id: `cp_${n}`, project_id: `proj_${n}`, created_at: 1_700_000_000 + n };
}

function page(permissions: readonly object[], hasMore: boolean): Step {
  return json({ object: 'list', data: permissions, first_id: null, last_id: null, has_more: hasMore, new_field: {} });
}

async function api(...script: Step[]) {
  const server = await scriptedServer(...script);
  const client = testClient(server.origin);
  return {
    ...createPermissionApi(client.http),
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('create', () => {
  it('posts all projects at once and reads every permission', async () => {
    await using openai = await api(page([permission(1), permission(2)], false));
    expect(await openai.create(NAME, ['proj_1', 'proj_2'])).toEqual({
      permissions: [
        { permissionId: 'cp_1', projectId: 'proj_1', createdAt: 1_700_000_001_000 },
        { permissionId: 'cp_2', projectId: 'proj_2', createdAt: 1_700_000_002_000 },
      ],
      complete: true,
    });
    expect(openai.seen).toMatchObject([
      {
        method: 'POST',
        url: `/v1/fine_tuning/checkpoints/${NAME}/permissions`,
        body: '{"project_ids":["proj_1","proj_2"]}',
      },
    ]);
  });

  it('tells when the answer does not show all', async () => {
    await using openai = await api(page([permission(1)], true));
    expect(await openai.create(NAME, ['proj_1', 'proj_2'])).toMatchObject({ complete: false });
  });

  it.each([
    ['no data', { object: 'list', has_more: false }],
    ['no has_more', { object: 'list', data: [] }],
    ['no id', { data: [{ ...permission(1), id: undefined }], has_more: false }],
    ['an id that is a path', { data: [{ ...permission(1), id: '../x' }], has_more: false }],
    ['no project', { data: [{ ...permission(1), project_id: '' }], has_more: false }],
    ['a time that is none', { data: [{ ...permission(1), created_at: 'now' }], has_more: false }],
  ])('is uncertain on an answer with %s', async (_, body) => {
    await using openai = await api(json(body));
    expect(await failureOf(openai.create(NAME, ['proj_1']))).toMatchObject({ name: 'UncertainError' });
  });
});

describe('list', () => {
  it('asks for the oldest 100 and goes on after the last', async () => {
    await using openai = await api(page([permission(1), permission(2)], true), page([permission(3)], false));
    const first = await openai.list(NAME, null);
    expect(first.permissions.map(({ permissionId }) => permissionId)).toEqual(['cp_1', 'cp_2']);
    expect(first.next).toBe('cp_2');
    expect(await openai.list(NAME, first.next)).toMatchObject({ permissions: [{ permissionId: 'cp_3' }], next: null });
    const path = `/v1/fine_tuning/checkpoints/${NAME}/permissions`;
    expect(openai.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${path}?limit=100&order=ascending`,
      `GET ${path}?limit=100&order=ascending&after=cp_2`,
    ]);
  });

  it('reads entry by entry: one that cannot be read hides no other, and is told of', async () => {
    await using openai = await api(
      page([permission(1), { ...permission(2), created_at: 'now' }, { id: 'cp_3' }], true),
    );
    expect(await openai.list(NAME, null)).toEqual({
      permissions: [{ permissionId: 'cp_1', projectId: 'proj_1', createdAt: 1_700_000_001_000 }],
      next: 'cp_3',
      odd: [
        { id: 'cp_2', problem: 'another form than documented, at created_at' },
        { id: 'cp_3', problem: 'another form than documented, at project_id' },
      ],
    });
  });

  it('is empty where there is nothing', async () => {
    await using openai = await api(page([], false));
    expect(await openai.list(NAME, null)).toEqual({ permissions: [], next: null });
  });

  it('does not pass off an empty page that has more as the end', async () => {
    await using openai = await api(page([], true));
    expect(await failureOf(openai.list(NAME, null))).toMatchObject({ name: 'UnavailableError' });
  });

  it('does not go round in a list that ignores the cursor', async () => {
    await using openai = await api(page([permission(1)], true));
    expect(await failureOf(openai.list(NAME, 'cp_1'))).toMatchObject({ name: 'UnavailableError' });
  });
});

describe('delete', () => {
  it('takes an answer about another permission for no word of this one', async () => {
    await using openai = await api(json({ id: 'cp_2', object: 'checkpoint.permission', deleted: true }));
    expect(await openai.delete(NAME, 'cp_1')).toBe('absent');
  });

  it('deletes', async () => {
    await using openai = await api(json({ id: 'cp_1', object: 'checkpoint.permission', deleted: true }));
    expect(await openai.delete(NAME, 'cp_1')).toBe('deleted');
    expect(openai.seen).toMatchObject([
      { method: 'DELETE', url: `/v1/fine_tuning/checkpoints/${NAME}/permissions/cp_1`, body: '' },
    ]);
  });

  it('tells a 404 from a deletion', async () => {
    await using openai = await api(apiError(404, 'No such permission'));
    await expect(openai.delete(NAME, 'cp_1')).resolves.toBe('absent');
  });

  it.each([
    ['the base URL is wrong', apiError(404, 'Invalid URL (DELETE /v2/x)'), 'CallerRefusedError'],
    ['OpenAI says that it is not deleted', json({ id: 'cp_1', deleted: false }), 'UncertainError'],
    ['OpenAI does not say', json({ id: 'cp_1' }), 'UncertainError'],
    ['it fails', apiError(500, 'Sorry'), 'UncertainError'],
  ])('does not take it as deleted when %s', async (_, step, name) => {
    await using openai = await api(step);
    expect(await failureOf(openai.delete(NAME, 'cp_1'))).toMatchObject({ name });
  });

  it.each(['', '..', 'cp_1/x', 'cp_1?x'])('refuses the permission id %j before any call', async (id) => {
    await using openai = await api();
    expect(await failureOf(openai.delete(NAME, id))).toMatchObject({ name: 'RefusedError' });
  });
});

describe('the checkpoint in the path', () => {
  it('is escaped, its colons are not', async () => {
    await using openai = await api(page([], false));
    await openai.list('ft:gpt-4o-mini:org-xyz:bot+?#%é:ABcDeFgH:ckpt-step-90', null);
    const name = 'ft:gpt-4o-mini:org-xyz:bot%2B%3F%23%25%C3%A9:ABcDeFgH:ckpt-step-90';
    expect(openai.seen[0]?.url).toBe(`/v1/fine_tuning/checkpoints/${name}/permissions?limit=100&order=ascending`);
  });

  it.each([
    'ftckpt_abc',
    'gpt-4o-mini',
    'ft:gpt-4o-mini:org::a/b',
    'ft:gpt-4o-mini:org::a b',
    'ft:gpt-4o-mini:org::\ud800',
    '',
  ])('is refused before any call: %j', async (name) => {
    await using openai = await api();
    for (const call of [openai.create(name, ['proj_1']), openai.list(name, null), openai.delete(name, 'cp_1')]) {
      expect(await failureOf(call)).toMatchObject({ name: 'RefusedError', status: null });
    }
  });
});
