import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { createScene, inAnHour, recordLog, type Scene, TARGETS } from '../scene.ts';
import { auditState, grantedTo, rowFor, shareJobs, sweepAudit } from './auditing.ts';

const MINUTE_MS = 60_000;

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

const calls = () => scene.fake.calls.byEndpoint();
const granted = (checkpoint: string) => scene.fake.permissions(checkpoint).map(({ projectId }) => projectId);

describe('what we did ourselves', () => {
  it.each([1, 40])('costs one call a sweep with %i shared checkpoints, and nothing else, ever', async (jobs) => {
    await shareJobs(scene, jobs);
    await sweepAudit(scene);
    const before = await scene.ledger.listCheckpoints(null);
    for (const waitMs of [0, MINUTE_MS, 15 * MINUTE_MS, 50 * 60 * MINUTE_MS]) {
      scene.time.advance(waitMs);
      scene.fake.calls.reset();
      await sweepAudit(scene);
      expect(calls()).toEqual({ 'audit_logs.list': 1 });
    }
    expect(await scene.ledger.listCheckpoints(null)).toEqual(before);
  });

  it('is told from what others do also where it was revoked', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    const before = await scene.ledger.getCheckpoint(model);
    if (before === undefined) throw new Error('not shared');
    const permissions = Object.fromEntries(
      Object.entries(before.permissions).map(([id, permission]) => [
        id,
        { ...permission, state: 'revoking' as const, want: null, notBefore: scene.time.now() },
      ]),
    );
    await scene.ledger.saveCheckpoint({ ...before, permissions }, before);
    await sweepAudit(scene);
    await sweepAudit(scene);
    expect(calls()).toEqual({ 'permissions.delete': 3, 'audit_logs.list': 2 });
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(['revoked', 'revoked', 'revoked']);
  });

  it('is not asked for while nobody has put it up', async () => {
    await shareJobs(scene, 1);
    await drain(scene.deps(), 'me', inAnHour(scene));
    expect(calls()).toEqual({});
  });
});

describe('a permission that is deleted behind our back', () => {
  it('is found by one audit call and one LIST, and shared again', async () => {
    const models = await shareJobs(scene, 20);
    await sweepAudit(scene);
    scene.time.advance(15 * MINUTE_MS);
    scene.fake.calls.reset();
    const [, model = ''] = models;
    for (const projectId of TARGETS.slice(0, 2)) scene.fake.revoke(model, grantedTo(scene, model, projectId));
    await sweepAudit(scene);
    expect(calls()).toEqual({ 'audit_logs.list': 1, 'permissions.list': 1, 'permissions.create': 1 });
    expect(granted(model).sort()).toEqual([...TARGETS].sort());
    expect(await rowFor(scene, model)).toMatchObject({ state: 'active', permissionId: grantedTo(scene, model) });

    scene.time.advance(15 * MINUTE_MS);
    scene.fake.calls.reset();
    await sweepAudit(scene);
    expect(calls()).toEqual({ 'audit_logs.list': 1 });
  });

  it('is reported, with who did it, where its rule says report', async () => {
    const rule = aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: [...TARGETS], onDrift: 'report' });
    const job = scene.addJob(1);
    await scene.observe(job.id, scene.ledger, aPolicy([rule]));
    await drain(scene.deps(), 'me', inAnHour(scene));
    scene.time.advance(10 * MINUTE_MS);
    scene.fake.revoke(job.finalModel, grantedTo(scene, job.finalModel));
    const { log, lines } = recordLog();
    await sweepAudit(scene, { ...scene.deps(), log });
    expect(await rowFor(scene, job.finalModel)).toMatchObject({
      state: 'drifted',
      reason: 'deleted by user owner@example.com at 2026-11-20T12:10:00.000Z, and its rule says report',
    });
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'Taken in from the audit log',
      fields: expect.objectContaining({ kind: 'permission-deleted', actor: 'user owner@example.com' }),
    });
    expect(granted(job.finalModel)).not.toContain(TARGETS[0]);
  });

  it('a moment ago is looked for once more where the list still showed it', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    const api = scene.permissionApi();
    const shown = await api.list(model, null);
    scene.fake.revoke(model, grantedTo(scene, model));
    await sweepAudit(scene, scene.deps({ api: { ...api, list: async () => shown } }));
    expect(await rowFor(scene, model)).toMatchObject({ state: 'active', reason: null });
    scene.time.advance(15 * MINUTE_MS);
    await sweepAudit(scene);
    expect(granted(model)).toContain(TARGETS[0]);
    scene.time.advance(15 * MINUTE_MS);
    scene.fake.calls.reset();
    await sweepAudit(scene);
    expect(calls()).toEqual({ 'audit_logs.list': 1 });
  });

  it('and was never ours, is nobody here’s business', async () => {
    const model = scene.addJob(1).finalModel;
    scene.fake.revoke(model, scene.fake.grant(model, TARGETS[0]).id);
    await sweepAudit(scene);
    expect(calls()).toEqual({ 'audit_logs.list': 1 });
    expect(await scene.ledger.getCheckpoint(model)).toBeUndefined();
  });
});

describe('a permission that somebody else grants', () => {
  it('is noted as foreign, and is forgotten when it goes', async () => {
    scene.fake.addProject({ id: 'proj_FOREIGN' });
    const [model = ''] = await shareJobs(scene, 1);
    const { id } = scene.fake.grant(model, 'proj_FOREIGN');
    await sweepAudit(scene);
    expect(await rowFor(scene, model, 'proj_FOREIGN')).toMatchObject({
      state: 'foreign',
      permissionId: id,
      reason: 'granted by user owner@example.com at 2026-11-20T12:10:00.000Z, and not ours',
    });
    scene.time.advance(15 * MINUTE_MS);
    scene.fake.revoke(model, id);
    await sweepAudit(scene);
    expect(await rowFor(scene, model, 'proj_FOREIGN')).toBeUndefined();
    expect(calls()).toEqual({ 'audit_logs.list': 2 });
  });

  it('and takes away in the same window leaves no trace', async () => {
    scene.fake.addProject({ id: 'proj_FOREIGN' });
    const [model = ''] = await shareJobs(scene, 1);
    scene.fake.revoke(model, scene.fake.grant(model, 'proj_FOREIGN').id);
    await sweepAudit(scene);
    expect(await rowFor(scene, model, 'proj_FOREIGN')).toBeUndefined();
  });

  it('where it is wanted and not yet shared, is adopted, and no POST is sent', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    for (const projectId of TARGETS) scene.fake.grant(job.finalModel, projectId);
    const busy = { ...scene.permissionApi(), create: async () => Promise.reject(new Error('unexpected POST')) };
    // The create lane runs beside the audit log, so the endpoint is held until that is read.
    const deps = scene.deps({ api: busy });
    await deps.pacer.throttled('checkpoint-permissions.create', 10 * 60);
    await sweepAudit(scene, deps);
    for (const projectId of TARGETS) {
      const permissionId = grantedTo(scene, job.finalModel, projectId);
      expect(await rowFor(scene, job.finalModel, projectId)).toMatchObject({ state: 'active', permissionId });
    }
  });

  it('beside ours is found by a LIST, and tracked', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    const { id } = scene.fake.grant(model, TARGETS[0]);
    await sweepAudit(scene);
    expect(calls()).toEqual({ 'audit_logs.list': 1, 'permissions.list': 1 });
    expect(await rowFor(scene, model)).toMatchObject({ state: 'active', duplicateIds: [id] });
  });
});

describe('a call whose answer was lost', () => {
  it('is resolved by the audit log without a LIST', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    scene.fake.faults.queue('permissions.create', 'error-after');
    const deps = scene.deps();
    await deps.pacer.throttled('checkpoint-permissions.list', 30 * 60);
    await drain(deps, 'me', inAnHour(scene));
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    await sweepAudit(scene);
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(['active', 'active', 'active']);
    expect(calls()).toMatchObject({ 'permissions.create': 1 });
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(0);
  });
});

describe('a project that is closed', () => {
  it.each(['archiveProject', 'deleteProject'] as const)(
    'has its permissions refused, and is asked for nothing more for a day (%s)',
    async (close) => {
      const models = await shareJobs(scene, 3);
      scene.fake[close](TARGETS[0]);
      await sweepAudit(scene);
      for (const model of models) {
        const row = await rowFor(scene, model);
        expect(row).toMatchObject({ state: 'rejected', permissionId: grantedTo(scene, model) });
        expect(row?.reason).toMatch(/^project (archived|deleted) by user owner@example\.com at 2026-/);
        expect((await rowFor(scene, model, TARGETS[1]))?.state).toBe('active');
      }
      expect(calls()).toEqual({ 'audit_logs.list': 1 });
      const late = scene.addJob(1);
      await scene.observe(late.id);
      scene.fake.calls.reset();
      await drain(scene.deps(), 'me', inAnHour(scene));
      expect(granted(late.finalModel).sort()).toEqual(TARGETS.slice(1).sort());
      expect((await rowFor(scene, late.finalModel))?.state).toBe('rejected');
      expect(calls()).toEqual({ 'permissions.create': 1 });

      scene.time.advance(25 * 60 * MINUTE_MS);
      await drain(scene.deps(), 'me', inAnHour(scene));
      // What it had may still be there: a LIST tells, before anything is asked for a second time.
      expect(calls()).toEqual({ 'permissions.create': 2, 'permissions.list': 3, 'projects.get': 1 });
      expect((await scene.ledger.refusedProjects()).map(({ projectId }) => projectId)).toEqual([TARGETS[0]]);
    },
  );

  it('is asked for nothing more in the very turn that reads of it', async () => {
    await shareJobs(scene, 1);
    scene.fake.archiveProject(TARGETS[0]);
    await scene.observe(scene.addJob(1).id);
    const deps = scene.deps();
    await deps.pacer.throttled('checkpoint-permissions.create', 30);
    await sweepAudit(scene, deps);
    const posts = scene.fake.calls.all.filter(({ endpoint }) => endpoint === 'permissions.create');
    expect(posts.map(({ body }) => body)).toEqual([{ project_ids: TARGETS.slice(1) }]);
  });

  it('and that the ledger has nothing to do with is not remembered', async () => {
    scene.fake.addProject({ id: 'proj_OTHER' });
    await shareJobs(scene, 1);
    scene.fake.archiveProject('proj_OTHER');
    await sweepAudit(scene);
    expect(await scene.ledger.refusedProjects()).toEqual([]);
    expect((await auditState(scene)).access).toBe('on');
  });
});

describe('a key that is deleted behind our back', () => {
  it('is noted with who did it, and costs no call', async () => {
    const key = scene.fake.addProjectKey('proj_RESEARCH');
    const { id, name, createdAt } = key;
    const watched = { id, name, createdAt, projectId: 'proj_RESEARCH', inUse: true };
    const keys = [{ ...watched, expiresAt: null, lastUsedAt: null, goneAt: null }];
    const looks = { proj_RESEARCH: { at: scene.time.now(), problem: null, keys } };
    await changeState(scene.ledger, 'keyWatch', (watch) => ({ ...watch, looks }));
    scene.fake.revokeKey(key.value);
    scene.fake.revokeKey(scene.fake.addAdminKey().value);
    scene.fake.calls.reset();
    for (const _ of [1, 2]) {
      await sweepAudit(scene);
      const by = 'user owner@example.com';
      expect(await readState(scene.ledger, 'keyWatch')).toMatchObject({
        lost: [{ id, name, projectId: 'proj_RESEARCH', inUse: true, by }],
        looks: { proj_RESEARCH: { keys: [] } },
      });
    }
    expect(calls()).toEqual({ 'audit_logs.list': 2 });
  });
});
