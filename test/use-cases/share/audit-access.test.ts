import { afterEach, describe, expect, it } from 'vitest';
import { BadCredentialsError, UnavailableError } from '../../../lambdas/core/errors.ts';
import type { AuditLogApi } from '../../../lambdas/core/ports/openai.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, recordLog, type Scene, TARGETS } from '../scene.ts';
import { auditState, grantedTo, putUpAudit, rowFor, shareJobs, sweepAudit } from './auditing.ts';

const MINUTE_MS = 60_000;

let scene: Scene;
afterEach(() => scene.close());

const reads = (status?: number) =>
  scene.fake.calls.count({ endpoint: 'audit_logs.list', ...(status === undefined ? {} : { status }) });
const states = async () => new Set((await scene.recorded()).map(({ state }) => state));

/** Something to share, and the audit log put up. */
async function observeAndPutUp(): Promise<void> {
  await scene.observe(scene.addJob(1).id);
  await putUpAudit(scene);
}

describe('an audit log that OpenAI does not show', () => {
  it.each([
    ['forbidden', 403],
    ['not-found', 404],
  ] as const)('(%s) is off, with what OpenAI said, and everything else goes on', async (auditLog, status) => {
    scene = await createScene({ fake: { quirks: { auditLog } } });
    await observeAndPutUp();
    await drain(scene.deps(), 'me', inAnHour(scene));
    expect(await states()).toEqual(new Set(['active']));
    expect(reads(status)).toBe(1);
    expect(await auditState(scene)).toMatchObject({
      access: 'off',
      refusal: 'Audit logging is not enabled for this organization.',
      readAt: scene.time.now(),
      dueAt: null,
    });
  });

  it('for lack of a scope is off, and the key is as good as before', async () => {
    scene = await createScene();
    const scopes = ['api.fine_tuning.checkpoints.write', 'api.fine_tuning.checkpoints.read'];
    const { value: key } = scene.fake.addAdminKey({ scopes });
    await observeAndPutUp();
    await drain(scene.deps({ key }), 'me', inAnHour(scene));
    expect(await states()).toEqual(new Set(['active']));
    expect(await auditState(scene)).toMatchObject({ access: 'off', dueAt: null });
    expect((await auditState(scene)).refusal).toContain('Missing scopes: api.audit_logs.read');

    scene.time.advance(15 * MINUTE_MS);
    await scene.observe(scene.addJob(1).id);
    await drain(scene.deps({ key }), 'me', inAnHour(scene));
    expect(await states()).toEqual(new Set(['active']));
  });

  it('and shows later, is on again, and nothing of the last day is missed', async () => {
    scene = await createScene({ fake: { quirks: { auditLog: 'forbidden' } } });
    const [model = ''] = await shareJobs(scene, 1);
    await sweepAudit(scene);
    scene.fake.revoke(model, grantedTo(scene, model));
    scene.time.advance(20 * 60 * MINUTE_MS);
    scene.fake.quirks.auditLog = 'on';
    await sweepAudit(scene);
    expect(await auditState(scene)).toMatchObject({ access: 'on', refusal: null, dueAt: null });
    expect(scene.fake.permissions(model)).toHaveLength(TARGETS.length);
  });
});

describe('an admin key that the audit log is the first to find bad', () => {
  it('fails the function, and stays due', async () => {
    scene = await createScene();
    await putUpAudit(scene);
    const deps = scene.deps({ key: 'sk-admin-revoked' });
    await expect(drain(deps, 'me', inAnHour(scene))).rejects.toBeInstanceOf(BadCredentialsError);
    expect(await auditState(scene)).toMatchObject({ access: 'unknown', dueAt: scene.time.now() });

    scene.time.advance(MINUTE_MS);
    await drain(deps, 'rested', inAnHour(scene));
    expect(reads()).toBe(1);
    scene.time.advance(5 * MINUTE_MS);
    await drain(scene.deps(), 'with-a-good-key', inAnHour(scene));
    expect(await auditState(scene)).toMatchObject({ access: 'on', dueAt: null });
  });

  it('is replaced on the spot where a newer one is there', async () => {
    scene = await createScene();
    await putUpAudit(scene);
    const apis = [scene.auditLogApi('sk-admin-revoked'), scene.auditLogApi()];
    const deps = {
      ...scene.deps({ auditLog: { list: async (query) => (apis[0] as AuditLogApi).list(query) } }),
      refreshKey: async () => apis.shift() !== undefined,
    };
    await drain(deps, 'me', inAnHour(scene));
    expect(await auditState(scene)).toMatchObject({ access: 'on', dueAt: null });
  });
});

describe('an audit log that cannot be read just now', () => {
  it('stays due when it is throttled, and holds up nothing', async () => {
    scene = await createScene();
    await observeAndPutUp();
    scene.fake.faults.queue('audit_logs.list', 'throttled');
    const begun = scene.time.now();
    await drain(scene.deps(), 'me', inAnHour(scene));
    expect(await states()).toEqual(new Set(['active']));
    expect(scene.time.now()).toBe(begun);
    expect(await auditState(scene)).toMatchObject({ dueAt: begun, access: 'unknown' });

    await drain(scene.deps(), 'next-tick', inAnHour(scene));
    expect(reads()).toBe(1);
    scene.time.advance(MINUTE_MS);
    await drain(scene.deps(), 'the-one-after', inAnHour(scene));
    expect(reads()).toBe(2);
    expect(await auditState(scene)).toMatchObject({ dueAt: null, access: 'on' });
  });

  it.each(['error-before', 'reset-before', 'malformed', 'hang-before'] as const)(
    'is tried again a minute later (%s)',
    async (fault) => {
      scene = await createScene();
      await observeAndPutUp();
      scene.fake.faults.queue('audit_logs.list', fault);
      await drain(scene.deps(), 'me', inAnHour(scene));
      expect(await states()).toEqual(new Set(['active']));
      expect(await auditState(scene)).toMatchObject({ dueAt: scene.time.now() + MINUTE_MS, access: 'unknown' });
      scene.time.advance(MINUTE_MS);
      await drain(scene.deps(), 'next-tick', inAnHour(scene));
      expect(await auditState(scene)).toMatchObject({ dueAt: null, access: 'on' });
    },
  );
});

describe('what OpenAI leaves open', () => {
  const QUIRKS = [
    { auditOrder: 'ascending' },
    { auditOrder: 'descending' },
    { auditOrder: 'ascending', auditLagMs: 20 * MINUTE_MS },
    { auditOrder: 'descending', auditLagMs: 100 * MINUTE_MS },
  ] as const;

  it.each(QUIRKS)('a deletion in the midst of our own writes is found with %o', async (quirks) => {
    scene = await createScene({ fake: { quirks }, rules: { limit: 1_000 } });
    const [model = ''] = await shareJobs(scene, 50);
    await sweepAudit(scene);
    scene.fake.revoke(model, grantedTo(scene, model));
    await shareJobs(scene, 50);
    for (let sweep = 0; sweep < 8; sweep++) {
      await sweepAudit(scene);
      scene.time.advance(15 * MINUTE_MS);
    }
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(1);
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(1);
    expect(await rowFor(scene, model)).toMatchObject({ state: 'active', permissionId: grantedTo(scene, model) });
  });

  it.each(['ascending', 'descending'] as const)(
    'a log of many pages is read on from tick to tick, at the pacer’s pace (%s)',
    async (auditOrder) => {
      scene = await createScene({ fake: { quirks: { auditOrder } }, rules: { limit: 3 } });
      scene.fake.addProject({ id: 'proj_FOREIGN' });
      const [model = ''] = await shareJobs(scene, 1);
      for (let count = 0; count < 850; count++) {
        const { id } = scene.fake.grant(model, 'proj_FOREIGN');
        if (count < 849) scene.fake.revoke(model, id);
        scene.time.advance(1_000);
      }
      scene.time.advance(10 * MINUTE_MS);
      await putUpAudit(scene);
      for (let tick = 0; tick < 7; tick++) {
        await drain(scene.deps(), `tick-${tick}`, inAnHour(scene));
        scene.time.advance(MINUTE_MS + 2_000);
      }
      expect(reads()).toBe(18);
      expect(await auditState(scene)).toMatchObject({ dueAt: null, walk: null, access: 'on' });
      const permissionId = grantedTo(scene, model, 'proj_FOREIGN');
      expect(await rowFor(scene, model, 'proj_FOREIGN')).toMatchObject({ state: 'foreign', permissionId });
      await sweepAudit(scene);
      expect(reads()).toBe(19);
    },
  );

  it('a page to go on with that OpenAI does not take any more is left for the first one', async () => {
    scene = await createScene({ rules: { limit: 1_000 } });
    await shareJobs(scene, 40);
    await putUpAudit(scene);
    const api = scene.auditLogApi();
    const lost = {
      list: (query: Parameters<AuditLogApi['list']>[0]) => api.list(query.after ? { ...query, after: 'x' } : query),
    };
    await drain(scene.deps({ auditLog: lost }), 'me', inAnHour(scene));
    expect(await auditState(scene)).toMatchObject({ walk: null, dueAt: scene.time.now() + MINUTE_MS });
    scene.time.advance(MINUTE_MS);
    await drain(scene.deps(), 'next-tick', inAnHour(scene));
    expect(await auditState(scene)).toMatchObject({ dueAt: null, access: 'on' });
  });

  it('events of another form are left out, and said to be', async () => {
    scene = await createScene();
    await putUpAudit(scene);
    const { log, lines } = recordLog();
    const auditLog = { list: async () => ({ events: [], next: null, unreadable: 3 }) };
    await drain({ ...scene.deps({ auditLog }), log }, 'me', inAnHour(scene));
    const [warning] = lines.filter(({ level }) => level === 'warn');
    expect(warning?.fields).toEqual({ unreadable: 3 });
    expect((await auditState(scene)).access).toBe('on');
  });

  it.each(['empty-pages', 'circle'] as const)(
    'a log without an end (%s) is found out, and read anew',
    async (listEnd) => {
      scene = await createScene({ rules: { limit: 1_000 } });
      const [model = ''] = await shareJobs(scene, 70);
      scene.fake.quirks.listEnd = listEnd;
      for (let sweep = 1; sweep <= 2; sweep++) {
        const { id } = scene.fake.addProject({ id: `proj_${sweep}` });
        scene.fake.grant(model, id);
        await putUpAudit(scene);
        await drain(scene.deps(), 'me', inAnHour(scene));
        expect(reads()).toBeLessThan(6 * sweep);
        expect(await auditState(scene)).toMatchObject({ dueAt: null, walk: null, access: 'on' });
        expect(await rowFor(scene, model, id)).toMatchObject({ state: 'foreign' });
      }
    },
  );

  it('an outage in the middle of a long read goes on where it was', async () => {
    scene = await createScene({ rules: { limit: 1_000 } });
    await shareJobs(scene, 70);
    await putUpAudit(scene);
    const api = scene.auditLogApi();
    const auditLog: AuditLogApi = {
      list: async (query) => {
        if (reads() >= 2) throw new UnavailableError('The server had an error');
        return api.list(query);
      },
    };
    await drain(scene.deps({ auditLog }), 'me', inAnHour(scene));
    expect(await auditState(scene)).toMatchObject({ access: 'on', dueAt: scene.time.now() + MINUTE_MS });
    scene.time.advance(MINUTE_MS);
    await drain(scene.deps(), 'next-tick', inAnHour(scene));
    expect(reads()).toBe(3);
    expect(await auditState(scene)).toMatchObject({ dueAt: null, walk: null });
  });
});
