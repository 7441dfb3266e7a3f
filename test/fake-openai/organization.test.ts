import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask, column, messageOf } from './raw-client.ts';
import { AuditLogList, ErrorBody, ModelPermissions, Project, ProjectList } from './schema-facts.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

let fake: FakeOpenAI;
let checkpoint: string;
let now: number;

beforeEach(async () => {
  now = NOW;
  fake = await startFakeOpenAI({ now: () => now });
  for (const id of ['proj_research', 'proj_eu']) fake.addProject({ id });
  checkpoint = fake.addJob({ projectId: 'proj_research' }).finalModel;
});

afterEach(() => fake.close());

describe('projects', () => {
  test('answer as documented', async () => {
    fake.addProject({ id: 'proj_old', archived: true });
    Project.parse((await ask(fake, 'GET /organization/projects/proj_old')).body);
    ProjectList.parse((await ask(fake, 'GET /organization/projects?include_archived=true')).body);
    ModelPermissions.parse((await ask(fake, 'GET /organization/projects/proj_eu/model_permissions')).body);
    expect((await ask(fake, 'GET /organization/projects/proj_never')).status).toBe(404);
  });

  test('archived ones are listed only when asked for', async () => {
    fake.archiveProject('proj_eu');
    expect(column(await ask(fake, 'GET /organization/projects'), 'id')).toEqual(['proj_research']);
    const all = await ask(fake, 'GET /organization/projects?include_archived=true');
    expect(column(all, 'status')).toEqual(['archived', 'active']);
    expect((await ask(fake, 'GET /organization/projects?include_archived=1')).status).toBe(400);
  });

  test('model permissions change; a project without any is a switch', async () => {
    const path = 'GET /organization/projects/proj_eu/model_permissions';
    expect((await ask(fake, path)).body).toMatchObject({ mode: 'deny_list', model_ids: [] });
    fake.quirks.noModelPermissions = 'not-found';
    expect((await ask(fake, path)).status).toBe(404);
    fake.setModelPermissions('proj_eu', { mode: 'allow_list', modelIds: ['gpt-4o'] });
    expect((await ask(fake, path)).body).toMatchObject({ mode: 'allow_list', model_ids: ['gpt-4o'] });
  });
});

describe('audit log', () => {
  const permissionsPath = () => `/fine_tuning/checkpoints/${checkpoint}/permissions`;
  const log = (query = '') => ask(fake, `GET /organization/audit_logs${query}`);

  test('answers as documented, with who did it', async () => {
    const { id: keyId, value: key } = fake.addAdminKey();
    const [id] = column(
      await ask(fake, `POST ${permissionsPath()}`, { key, body: { project_ids: ['proj_eu'] } }),
      'id',
    );
    fake.revoke(checkpoint, String(id));
    const answer = await log();
    const [deleted, created] = AuditLogList.parse(answer.body).data;
    expect(created).toMatchObject({
      type: 'checkpoint.permission.created',
      'checkpoint.permission.created': { id, data: { project_id: 'proj_eu', fine_tuned_model_checkpoint: checkpoint } },
      actor: { type: 'api_key', api_key: { id: keyId } },
      project: { id: 'proj_default' },
    });
    expect(deleted).toMatchObject({ 'checkpoint.permission.deleted': { id }, actor: { type: 'session' } });
    expect(fake.auditEvents()).toHaveLength(2);
  });

  test('tells of projects that are archived or deleted', async () => {
    fake.archiveProject('proj_eu');
    fake.deleteProject('proj_eu');
    const [deleted, archived] = AuditLogList.parse((await log()).body).data;
    expect(archived).toMatchObject({ type: 'project.archived', 'project.archived': { id: 'proj_eu' } });
    expect(deleted).toMatchObject({ type: 'project.deleted', 'project.deleted': { id: 'proj_eu' } });
    expect((await ask(fake, 'GET /organization/projects/proj_eu')).status).toBe(404);
  });

  test('what changed nothing is not logged', async () => {
    await ask(fake, `POST ${permissionsPath()}`, { body: { project_ids: ['proj_eu'] } });
    await ask(fake, `POST ${permissionsPath()}`, { body: { project_ids: ['proj_eu'] } });
    await ask(fake, `DELETE ${permissionsPath()}/cp_never`);
    expect(column(await log(), 'type')).toEqual(['checkpoint.permission.created']);
  });

  test('filters by type, time, project and actor', async () => {
    const { id } = fake.grant(checkpoint, 'proj_eu');
    now += 10_000;
    fake.revoke(checkpoint, id);
    const types = async (query: string) => column(await log(query), 'type');
    expect(await types('?event_types[]=checkpoint.permission.created')).toEqual(['checkpoint.permission.created']);
    expect(
      await types('?event_types[]=checkpoint.permission.created&event_types%5B%5D=checkpoint.permission.deleted'),
    ).toHaveLength(2);
    const at = NOW / 1000;
    expect(await types(`?effective_at[gte]=${at}`)).toHaveLength(2);
    expect(await types(`?effective_at[gt]=${at}`)).toEqual(['checkpoint.permission.deleted']);
    expect(await types(`?effective_at[lt]=${at + 10}`)).toEqual(['checkpoint.permission.created']);
    expect(await types(`?effective_at[lte]=${at + 10}&effective_at[gte]=${at + 10}`)).toHaveLength(1);
    // What an admin key does belongs to the default project: filtering by the target finds nothing.
    expect(await types('?project_ids[]=proj_eu')).toEqual([]);
    expect(await types('?actor_ids[]=user-SomebodyElse')).toHaveLength(2);
    expect((await log('?effective_at[gte]=yesterday')).status).toBe(400);
  });

  test('filters by what an event is about, unless that filter is ignored', async () => {
    const { id: first } = fake.grant(checkpoint, 'proj_eu');
    const { id: second } = fake.grant(checkpoint, 'proj_eu');
    fake.revoke(checkpoint, first);
    const types = async (query: string) => column(await log(query), 'type');
    expect(await types(`?resource_ids[]=${second}`)).toEqual(['checkpoint.permission.created']);
    expect(await types(`?resource_ids[]=${first}`)).toEqual([
      'checkpoint.permission.deleted',
      'checkpoint.permission.created',
    ]);
    expect(await types(`?resource_ids[]=${first}&event_types[]=checkpoint.permission.created`)).toHaveLength(1);
    expect(await types('?resource_ids[]=cp_never')).toEqual([]);
    fake.quirks.auditResourceFilter = 'ignored';
    expect(await types('?resource_ids[]=cp_never')).toHaveLength(3);
    expect(fake.unexpected).toEqual([]);
  });

  test('turns its pages', async () => {
    for (let index = 0; index < 25; index++) fake.grant(checkpoint, 'proj_eu');
    const first = await log();
    expect(column(first, 'id')).toHaveLength(20);
    const rest = await log(`?limit=100&after=${first.body.last_id}`);
    expect(column(rest, 'id')).toHaveLength(5);
    expect(rest.body.has_more).toBe(false);
  });

  test('order and delay are switches', async () => {
    fake.grant(checkpoint, 'proj_eu');
    now += 1000;
    fake.grant(checkpoint, 'proj_eu');
    const times = async () => column(await log(), 'effective_at');
    expect(await times()).toEqual([NOW / 1000 + 1, NOW / 1000]);
    fake.quirks.auditOrder = 'ascending';
    expect(await times()).toEqual([NOW / 1000, NOW / 1000 + 1]);
    fake.quirks.auditLagMs = 1000;
    expect(await times()).toEqual([NOW / 1000]);
  });

  test.each([
    ['forbidden', 403],
    ['not-found', 404],
  ] as const)('switched off: %s', async (auditLog, status) => {
    fake.quirks.auditLog = auditLog;
    expect((await log()).status).toBe(status);
    expect(fake.unexpected).toEqual([]);
  });
});

describe('keys', () => {
  const LIST = 'GET /organization/projects';

  test('each kind does only its own work', async () => {
    const project = fake.addProjectKey('proj_eu').value;
    const refused = await ask(fake, LIST, { key: project });
    expect(refused.status).toBe(401);
    ErrorBody.parse(refused.body);
    expect(messageOf(refused)).not.toContain(project);
    expect((await ask(fake, 'GET /fine_tuning/jobs', { key: fake.adminKey })).status).toBe(401);
    expect((await ask(fake, 'GET /fine_tuning/jobs', { key: project })).status).toBe(200);
    expect(fake.calls.all.map(({ keyKind }) => keyKind)).toEqual(['project', 'admin', 'project']);
  });

  test('a missing, unknown or revoked one is refused', async () => {
    const { value } = fake.addAdminKey({ value: 'sk-admin-mine' });
    expect((await ask(fake, LIST, { key: value })).status).toBe(200);
    fake.revokeKey(value);
    expect((await ask(fake, LIST, { key: value })).status).toBe(401);
    expect((await ask(fake, LIST, { key: null })).status).toBe(401);
    expect(fake.calls.all.map(({ keyKind }) => keyKind)).toEqual(['admin', 'unknown', 'none']);
    expect(() => fake.revokeKey(value)).toThrow('No such key');
  });

  test('a missing scope is a 401 that names it', async () => {
    const { value: key } = fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.read'] });
    const path = `/fine_tuning/checkpoints/${checkpoint}/permissions`;
    expect((await ask(fake, `GET ${path}`, { key })).status).toBe(200);
    const answer = await ask(fake, `POST ${path}`, { key, body: { project_ids: ['proj_eu'] } });
    expect(answer.status).toBe(401);
    expect(messageOf(answer)).toContain('Missing scopes: api.fine_tuning.checkpoints.write');
    expect(fake.permissions(checkpoint)).toEqual([]);
  });
});
