import { describe, expect, it } from 'vitest';
import { createAuditLogApi } from '../../../lambdas/adapters/openai/audit-logs.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { failureOf, testClient } from './client.ts';
import { apiError, json, type Step, scriptedServer } from './scripted-server.ts';

const MODEL = 'ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH';

function created(permissionId: string, parts: object = {}) {
  const type = 'checkpoint.permission.created';
  const data = { project_id: `proj_of_${permissionId}`, fine_tuned_model_checkpoint: MODEL };
  return {
    id: `audit_log-${permissionId}`,
    type,
    effective_at: 1_700_000_000,
    [type]: { id: permissionId, data },
    ...parts,
  };
}

function deleted(permissionId: string) {
  const type = 'checkpoint.permission.deleted';
  return { id: 'audit_log-d', type, effective_at: 1_700_000_000, [type]: { id: permissionId } };
}

function page(events: readonly unknown[], hasMore = false): Step {
  return json({ object: 'list', data: events, has_more: hasMore });
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

describe('the creation of a permission', () => {
  it('is asked for in one call, by the permission', async () => {
    await using openai = await api(page([created('cp_1')]));
    expect(await openai.findCreated('cp_1')).toEqual({ checkpoint: MODEL, projectId: 'proj_of_cp_1' });
    const [seen] = openai.seen;
    expect([...new URL(seen?.url ?? '', 'http://openai').searchParams]).toEqual([
      ['event_types[]', 'checkpoint.permission.created'],
      ['resource_ids[]', 'cp_1'],
      ['limit', '100'],
    ]);
    expect(seen).toMatchObject({ method: 'GET', url: expect.stringMatching(/^\/v1\/organization\/audit_logs\?/) });
  });

  it.each([
    ['nothing', []],
    ['other permissions, as where the filter is ignored', [created('cp_2'), created('cp_3')]],
    ['its deletion only', [deleted('cp_1')]],
    ['an event that cannot be read', [created('cp_1', { 'checkpoint.permission.created': { id: 'cp_1' } })]],
    ['a checkpoint that is none', [created('cp_1', { 'checkpoint.permission.created': { id: 'cp_1', data: 1 } })]],
  ])('is not found where the log tells of %s', async (_, events) => {
    await using openai = await api(page(events));
    expect(await openai.findCreated('cp_1')).toBeNull();
  });

  it('is found among others, readable or not', async () => {
    await using openai = await api(page([created('cp_2'), null, { id: 7 }, deleted('cp_1'), created('cp_1')], true));
    expect(await openai.findCreated('cp_1')).toMatchObject({ projectId: 'proj_of_cp_1' });
  });

  it('is not looked for on further pages: one call is what it may cost', async () => {
    await using openai = await api(page([created('cp_2')], true));
    expect(await openai.findCreated('cp_1')).toBeNull();
    expect(openai.seen).toHaveLength(1);
  });

  it.each([
    [403, 'Audit logging is not enabled for this organization.', 'ForbiddenError'],
    [404, 'Audit logs are not available.', 'NotFoundError'],
    [429, 'Rate limit reached.', 'ThrottledError'],
    [500, 'The server had an error.', 'UnavailableError'],
  ])('%i "%s" is a %s, not "not found"', async (status, message, name) => {
    await using openai = await api(apiError(status, message));
    expect(await failureOf(openai.findCreated('cp_1'))).toMatchObject({ name });
  });

  it.each(['', 'cp_1/x', 'cp_1&limit=1', 'cp 1'])('is not asked for under the id %j', async (id) => {
    await using openai = await api();
    expect(await failureOf(openai.findCreated(id))).toMatchObject({ name: 'RefusedError', status: null });
  });
});

describe('against the fake', () => {
  /** A log of a checkpoint's permissions for 150 projects; the first of them was deleted. */
  async function withLog(use: (fake: FakeOpenAI, log: ReturnType<typeof createAuditLogApi>, model: string) => unknown) {
    const fake = await startFakeOpenAI();
    await using client = testClient('', { baseUrl: fake.url, key: async () => fake.adminKey });
    fake.addProject({ id: 'proj_research' });
    const { finalModel } = fake.addJob({ projectId: 'proj_research' });
    for (let n = 0; n < 150; n++) fake.grant(finalModel, fake.addProject({ id: `proj_${n}` }).id);
    const [first] = fake.permissions(finalModel);
    fake.revoke(finalModel, first?.id ?? '');
    await use(fake, createAuditLogApi(client.http), finalModel);
    expect(fake.unexpected).toEqual([]);
    await fake.close();
  }

  it('finds any permission, deleted ones too, in one call each', async () => {
    await withLog(async (fake, log, checkpoint) => {
      for (const { subjectId, created: made } of fake.auditEvents().slice(0, 3)) {
        expect(await log.findCreated(subjectId)).toEqual({ checkpoint, projectId: made?.projectId });
      }
      expect(await log.findCreated('cp_never')).toBeNull();
      expect(fake.calls.count({ endpoint: 'audit_logs.list', status: 200 })).toBe(4);
    });
  });

  it('finds only the newest where the filter is ignored, and never another', async () => {
    await withLog(async (fake, log, checkpoint) => {
      fake.quirks.auditResourceFilter = 'ignored';
      const events = fake.auditEvents().filter(({ created: made }) => made !== null);
      expect(await log.findCreated(events.at(-1)?.subjectId ?? '')).toEqual({ checkpoint, projectId: 'proj_149' });
      expect(await log.findCreated(events[0]?.subjectId ?? '')).toBeNull();
      expect(await log.findCreated('cp_never')).toBeNull();
    });
  });
});
