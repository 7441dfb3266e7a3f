import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdminProbes, createProjectProbes } from '../../../lambdas/adapters/openai/probes.ts';
import { parseCheckpointName } from '../../../lambdas/core/model/ids.ts';
import type { AdminProbes, Probe, ProjectProbes } from '../../../lambdas/core/ports/openai.ts';
import type { Endpoint } from '../../fake-openai/endpoints.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { type TestClient, testClient } from './client.ts';
import { apiError, json, scriptedServer } from './scripted-server.ts';

interface Case {
  readonly what: string;
  readonly endpoint: Endpoint;
  readonly scope: string;
}
interface AdminCase extends Case {
  readonly ask: (probes: AdminProbes) => Promise<Probe>;
}
interface ProjectCase extends Case {
  readonly ask: (probes: ProjectProbes) => Promise<Probe>;
}

const ADMIN: readonly AdminCase[] = [
  {
    what: 'list permissions',
    endpoint: 'permissions.list',
    scope: 'api.fine_tuning.checkpoints.read',
    ask: (probes) => probes.canListPermissions(),
  },
  {
    what: 'write permissions',
    endpoint: 'permissions.delete',
    scope: 'api.fine_tuning.checkpoints.write',
    ask: (probes) => probes.canWritePermissions(),
  },
  {
    what: 'read the audit log',
    endpoint: 'audit_logs.list',
    scope: 'api.audit_logs.read',
    ask: (probes) => probes.canReadAuditLog(),
  },
  {
    what: "read a project's model permissions",
    endpoint: 'projects.model_permissions',
    scope: 'api.management.read',
    ask: (probes) => probes.canReadModelPermissions('proj_eu'),
  },
  { what: 'read costs', endpoint: 'costs.list', scope: 'api.usage.read', ask: (probes) => probes.canReadCosts() },
];
const PROJECT: readonly ProjectCase[] = [
  {
    what: 'list jobs',
    endpoint: 'jobs.list',
    scope: 'api.fine_tuning.jobs.read',
    ask: (probes) => probes.canListJobs(),
  },
  {
    what: 'read models',
    endpoint: 'models.get',
    scope: 'api.model.read',
    ask: (probes) => probes.canReadModels('gpt-4o-mini-2024-07-18'),
  },
];
const ALL_SCOPES = [...ADMIN, ...PROJECT].map(({ scope }) => scope);

let fake: FakeOpenAI;
let clients: TestClient[];

function httpWith(key: () => Promise<string>) {
  const client = testClient('', { baseUrl: fake.url, key });
  clients.push(client);
  return client.http;
}
const admin = (key: string) => createAdminProbes(httpWith(async () => key));
const project = (key: string) => createProjectProbes(httpWith(async () => key));

beforeEach(async () => {
  fake = await startFakeOpenAI();
  clients = [];
  for (const id of ['proj_research', 'proj_eu']) fake.addProject({ id });
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await fake.close();
  expect(fake.unexpected).toEqual([]);
  expect(fake.calls.count({ effect: true })).toBe(0);
});

describe.each(ADMIN)('whether an admin key may $what', ({ ask, endpoint, scope }) => {
  it('is told in one call: it may', async () => {
    expect(await ask(admin(fake.adminKey))).toEqual({ ok: true });
    expect(fake.calls.byEndpoint()).toEqual({ [endpoint]: 1 });
  });

  it('depends on one scope and on no other', async () => {
    const { value: bare } = fake.addAdminKey({ scopes: ALL_SCOPES.filter((each) => each !== scope) });
    expect(await ask(admin(bare))).toMatchObject({ ok: false, error: { name: 'MissingScopeError', status: 401 } });
    const { value: only } = fake.addAdminKey({ scopes: [scope] });
    expect(await ask(admin(only))).toEqual({ ok: true });
  });

  it.each(['throttled', 'error-before', 'reset-before'] as const)('is not told where the call is %s', async (fault) => {
    fake.faults.queue(endpoint, fault);
    const probe = await ask(admin(fake.adminKey));
    const name = fault === 'throttled' ? 'ThrottledError' : expect.stringMatching(/^(Unavailable|Uncertain)Error$/);
    expect(probe).toMatchObject({ ok: false, error: { name } });
  });

  it('is no of a project key', async () => {
    const { value } = fake.addProjectKey('proj_research');
    expect(await ask(admin(value))).toMatchObject({ ok: false, error: { name: 'BadCredentialsError' } });
  });

  it('is not told where the key cannot be read: that is thrown', async () => {
    const away = new Error('the secret is away');
    await expect(ask(createAdminProbes(httpWith(() => Promise.reject(away))))).rejects.toBe(away);
    expect(fake.calls.count()).toBe(0);
  });
});

describe.each(PROJECT)('whether a project key may $what', ({ ask, endpoint, scope }) => {
  it('is told in one call: it may', async () => {
    fake.addModel({ id: 'gpt-4o-mini-2024-07-18' });
    fake.addJob({ projectId: 'proj_research' });
    expect(await ask(project(fake.addProjectKey('proj_research').value))).toEqual({ ok: true });
    expect(fake.calls.byEndpoint()).toEqual({ [endpoint]: 1 });
  });

  it('depends on one scope and on no other', async () => {
    const { value: bare } = fake.addProjectKey('proj_eu', { scopes: ALL_SCOPES.filter((each) => each !== scope) });
    expect(await ask(project(bare))).toMatchObject({ ok: false, error: { name: 'MissingScopeError' } });
    const { value: only } = fake.addProjectKey('proj_eu', { scopes: [scope] });
    expect(await ask(project(only))).toEqual({ ok: true });
  });

  it('is no of an admin key, and of a key that was revoked', async () => {
    const { value } = fake.addProjectKey('proj_research');
    fake.revokeKey(value);
    for (const key of [fake.adminKey, value]) {
      expect(await ask(project(key))).toMatchObject({ ok: false, error: { name: 'BadCredentialsError' } });
    }
  });
});

describe('what is not there', () => {
  it('is asked for under a name that OpenAI looks up', async () => {
    await admin(fake.adminKey).canListPermissions();
    await admin(fake.adminKey).canWritePermissions();
    for (const { path, status } of fake.calls.all) {
      expect(parseCheckpointName(path.split('/')[4] ?? '')).toMatchObject({ organization: 'nobody' });
      expect(status).toBe(404);
    }
  });

  it('tells of the key all the same: a model, a project, a list of models', async () => {
    expect(await project(fake.addProjectKey('proj_eu').value).canReadModels('gpt-nobody')).toEqual({ ok: true });
    expect(await admin(fake.adminKey).canReadModelPermissions('proj_never')).toEqual({ ok: true });
    fake.quirks.noModelPermissions = 'not-found';
    expect(await admin(fake.adminKey).canReadModelPermissions('proj_eu')).toEqual({ ok: true });
  });

  it.each([
    ['forbidden', 'ForbiddenError'],
    ['not-found', 'NotFoundError'],
  ] as const)('is no of the audit log, where it is switched off: %s', async (auditLog, name) => {
    fake.quirks.auditLog = auditLog;
    expect(await admin(fake.adminKey).canReadAuditLog()).toMatchObject({ ok: false, error: { name } });
  });

  it('is not told by a server that is not OpenAI', async () => {
    await using server = await scriptedServer(apiError(404, 'Invalid URL (GET /v1/x)'), json('nothing here', 404));
    await using client = testClient(server.origin);
    const probes = createAdminProbes(client.http);
    for (const ask of [probes.canListPermissions, probes.canWritePermissions]) {
      expect(await ask()).toMatchObject({ ok: false, error: { name: 'CallerRefusedError', status: 404 } });
    }
  });
});
