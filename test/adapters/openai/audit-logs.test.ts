import { describe, expect, it } from 'vitest';
import { createAuditLogApi } from '../../../lambdas/adapters/openai/audit-logs.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { CANARY, failureOf, testClient } from './client.ts';
import { apiError, json, type Step, scriptedServer } from './scripted-server.ts';

const FROM = Date.UTC(2026, 10, 20, 12);
const AT = FROM / 1_000 + 60;
const MODEL = 'ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH';
const FIRST = { from: FROM, after: null };

const person = (user: object) => ({ type: 'session', session: { user, ip_address: '203.0.113.7' } });
const KEY = {
  type: 'api_key',
  api_key: { id: 'key_1', type: 'user', user: { id: 'user-1', email: 'jane@example.com' } },
};

function event(type: string, details: unknown, parts: object = {}) {
  return { id: 'audit_log-1', type, effective_at: AT, actor: KEY, [type]: details, ...parts };
}

const CREATED = event('checkpoint.permission.created', {
  id: 'cp_1',
  data: { project_id: 'proj_1', fine_tuned_model_checkpoint: MODEL },
});

function page(events: readonly unknown[], hasMore = false): Step {
  return json({ object: 'list', data: events, first_id: null, last_id: null, has_more: hasMore });
}

async function api(...script: Step[]) {
  const server = await scriptedServer(...script);
  const client = testClient(server.origin);
  return {
    ...createAuditLogApi(client.http),
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('the audit log', () => {
  it('is asked for the five kinds of events since a time, a hundred a page, and not by project', async () => {
    await using openai = await api(page([]), page([]));
    await openai.list({ from: FROM + 999, after: null });
    await openai.list({ from: FROM, after: 'audit_log-9' });
    const queries = openai.seen.map(({ url }) => [...new URL(url, 'http://openai').searchParams]);
    const common = [
      ['event_types[]', 'checkpoint.permission.created'],
      ['event_types[]', 'checkpoint.permission.deleted'],
      ['event_types[]', 'project.archived'],
      ['event_types[]', 'project.deleted'],
      ['event_types[]', 'api_key.deleted'],
      ['effective_at[gte]', String(FROM / 1_000)],
      ['limit', '100'],
    ];
    expect(queries).toEqual([common, [...common, ['after', 'audit_log-9']]]);
    expect(openai.seen[0]).toMatchObject({
      method: 'GET',
      url: expect.stringMatching(/^\/v1\/organization\/audit_logs\?/),
    });
  });

  it('tells what happened', async () => {
    await using openai = await api(
      page([
        CREATED,
        event('checkpoint.permission.deleted', { id: 'cp_2' }),
        event('project.archived', { id: 'proj_3' }),
        event('project.deleted', { id: 'proj_4' }),
        event('api_key.deleted', { id: 'key_5' }),
      ]),
    );
    const logged = { id: 'audit_log-1', at: AT * 1_000, actor: 'api key key_1' };
    expect(await openai.list(FIRST)).toEqual({
      events: [
        { ...logged, kind: 'permission-created', permissionId: 'cp_1', projectId: 'proj_1', checkpoint: MODEL },
        { ...logged, kind: 'permission-deleted', permissionId: 'cp_2' },
        { ...logged, kind: 'project-archived', projectId: 'proj_3' },
        { ...logged, kind: 'project-deleted', projectId: 'proj_4' },
        { ...logged, kind: 'key-deleted', keyId: 'key_5' },
      ],
      next: null,
      unreadable: 0,
    });
  });

  it.each([
    ['a person', person({ id: 'user-1', email: 'jane@example.com' }), 'user jane@example.com'],
    ['a person without an address', person({ id: 'user-1' }), 'user user-1'],
    ['a key', KEY, 'api key key_1'],
    ['nobody', null, null],
    ['somebody of another kind', { type: 'robot' }, null],
    ['something else', 'jane', null],
    ['a name that is none', person({ email: 'a b\n' }), null],
    ['a key itself', { type: 'api_key', api_key: { id: CANARY } }, null],
  ])('names who did it, and nothing else of them: %s', async (_, actor, label) => {
    await using openai = await api(page([{ ...CREATED, actor }]));
    const { events } = await openai.list(FIRST);
    expect(events.map((read) => read.actor)).toEqual([label]);
  });

  it.each([
    ['another type', event('user.added', { id: 'user-1' })],
    ['no details', { ...CREATED, 'checkpoint.permission.created': undefined }],
    ['no data', event('checkpoint.permission.created', { id: 'cp_1' })],
    [
      'a checkpoint that is none',
      event('checkpoint.permission.created', {
        id: 'cp_1',
        data: { project_id: 'proj_1', fine_tuned_model_checkpoint: 'ftckpt_1' },
      }),
    ],
    ['an id that is a path', event('checkpoint.permission.deleted', { id: '../cp_1' })],
    ['no time', { ...CREATED, effective_at: null }],
    ['no id', { ...CREATED, id: undefined }],
    ['nothing in it', null],
  ])('leaves an event with %s out, counts it, and reads the others', async (_, bad) => {
    await using openai = await api(page([bad, CREATED, bad]));
    const { events, unreadable } = await openai.list(FIRST);
    expect(events).toHaveLength(1);
    expect(unreadable).toBe(2);
  });

  it('goes on after the last event that has an id, readable or not', async () => {
    const other = event('user.added', { id: 'user-1' }, { id: 'audit_log-7' });
    await using openai = await api(page([CREATED, other, { id: 7 }], true));
    expect(await openai.list(FIRST)).toMatchObject({ next: 'audit_log-7' });
  });

  it.each([
    ['does not move', page([{ ...CREATED, id: 'audit_log-9' }], true)],
    ['is empty and goes on', page([], true)],
    ['is no list', json({ data: 'none', has_more: false })],
  ])('a page that %s is an error, not the end', async (_, step) => {
    await using openai = await api(step);
    const error = await failureOf(openai.list({ from: FROM, after: 'audit_log-9' }));
    expect(error.name).toBe('UnavailableError');
  });

  it.each([
    [403, 'Audit logging is not enabled for this organization.', 'ForbiddenError'],
    [401, 'You have insufficient permissions. Missing scopes: api.audit_logs.read', 'MissingScopeError'],
    [401, 'Incorrect API key provided.', 'BadCredentialsError'],
    [404, 'Audit logs are not available.', 'NotFoundError'],
    [404, 'Invalid URL (GET /v1/organization/audit_logs)', 'CallerRefusedError'],
    [429, 'Rate limit reached.', 'ThrottledError'],
    [500, 'The server had an error.', 'UnavailableError'],
  ])('%i "%s" is a %s', async (status, message, name) => {
    await using openai = await api(apiError(status, message));
    expect((await failureOf(openai.list(FIRST))).name).toBe(name);
  });
});

describe('against the fake, held to the OpenAPI document', () => {
  it('reads every page and every kind', async () => {
    const fake = await startFakeOpenAI({ now: () => FROM });
    await using client = testClient('', { baseUrl: fake.url, key: async () => fake.adminKey });
    for (const id of ['proj_research', 'proj_eu']) fake.addProject({ id });
    const { finalModel } = fake.addJob({ projectId: 'proj_research' });
    for (let count = 0; count < 60; count++) fake.revoke(finalModel, fake.grant(finalModel, 'proj_eu').id);
    fake.archiveProject('proj_eu');
    fake.deleteProject('proj_eu');
    const log = createAuditLogApi(client.http);
    const first = await log.list(FIRST);
    const rest = await log.list({ from: FROM, after: first.next });
    expect([first.unreadable, rest.unreadable, rest.next]).toEqual([0, 0, null]);
    const counts = Map.groupBy([...first.events, ...rest.events], ({ kind }) => kind);
    expect([...counts].map(([kind, events]) => [kind, events.length]).sort()).toEqual([
      ['permission-created', 60],
      ['permission-deleted', 60],
      ['project-archived', 1],
      ['project-deleted', 1],
    ]);
    expect(fake.unexpected).toEqual([]);
    await fake.close();
  });
});
