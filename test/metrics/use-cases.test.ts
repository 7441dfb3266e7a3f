import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endpointOf, tellingAdminCalls } from '../../lambdas/adapters/openai/admin-call.ts';
import { createAuditLogApi } from '../../lambdas/adapters/openai/audit-logs.ts';
import { createDispatcher, type HttpDispatcher } from '../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../lambdas/adapters/openai/http.ts';
import { createPermissionApi } from '../../lambdas/adapters/openai/permissions.ts';
import { observeAndWake } from '../../lambdas/use-cases/observe/observe-and-wake.ts';
import { share } from '../../lambdas/use-cases/share/share.ts';
import { tellingChanges } from '../../lambdas/use-cases/tell-changes.ts';
import { startKeysScene } from '../use-cases/keys/keys-scene.ts';
import { createScene, recordLog, type Scene } from '../use-cases/scene.ts';
import { toldIn } from './told.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let scene: Scene;
let dispatcher: HttpDispatcher;
beforeEach(async () => {
  scene = await createScene({ unknownTargets: ['proj_NOWHERE'] });
  dispatcher = createDispatcher();
});
afterEach(async () => {
  await scene.close();
  await dispatcher.destroy();
});

/** One run of the share function as it is wired; what it has told, each once and how often. */
async function shareOnce(remainingMs = HOUR_MS) {
  const { log, lines } = recordLog();
  const onEnd = tellingAdminCalls(log);
  const http = createHttp({
    baseUrl: scene.fake.url,
    key: async () => scene.fake.adminKey,
    dispatcher,
    clock: Date.now,
    onEnd,
  });
  const api = createPermissionApi(http);
  const auditLog = createAuditLogApi(http);
  const {
    callDeadlineMs: _,
    markingMs: __,
    ...deps
  } = scene.deps({
    api: {
      create: (...call) => scene.time.busy(api.create(...call)),
      list: (...call) => scene.time.busy(api.list(...call)),
      delete: (...call) => scene.time.busy(api.delete(...call)),
    },
    auditLog: { list: (query) => scene.time.busy(auditLog.list(query)) },
  });
  const ledger = tellingChanges(deps.ledger, log);
  await share({ ...deps, ledger, log, callMs: 30_000 }, 'me', remainingMs);
  return toldIn(lines);
}

describe('share tells', () => {
  it('of its calls, its pace, and how long after a job’s end its checkpoint was shared', async () => {
    const { id, finalModel } = scene.addJob();
    await scene.observe(id);
    scene.time.advance(90_000);
    const told = await shareOnce();
    expect(scene.fake.permissions(finalModel)).toHaveLength(3);
    expect(told).toContain('AdminCalls{Endpoint=checkpoint-permissions.create,Answer=ok} 1');
    expect(told).toContain('AdminCalls{Endpoint=checkpoint-permissions.create,Answer=refused} 1');
    expect(told).toContain('Permissions{Act=shared} 3');
    expect(told).toContain('Permissions{Act=rejected} 1');
    expect(told).toContain('JobToPermission 90');
    expect(told).toContain('PacerLimit{Endpoint=checkpoint-permissions.create} 6');
    expect(told.join()).not.toMatch(/DueCheckpoints|PacerWait/);
  });

  it('nothing where nothing is due', async () => {
    expect(await shareOnce()).toEqual([]);
  });

  it('of what a job’s end is long past only that it was shared', async () => {
    const { id } = scene.addJob();
    scene.time.advance(25 * HOUR_MS);
    await scene.observe(id);
    scene.time.advance(3 * MINUTE_MS);
    const told = await shareOnce();
    expect(told).toContain('Permissions{Act=shared} 3');
    expect(told.join()).not.toContain('JobToPermission');
  });

  it('of waiting for slots, and of what it leaves', async () => {
    for (let job = 0; job < 20; job++) await scene.observe(scene.addJob().id);
    scene.time.advance(10_000);
    const told = await shareOnce(2 * MINUTE_MS);
    expect(told).toContainEqual(
      expect.stringMatching(/^PacerWait\{Endpoint=checkpoint-permissions.create\} \d+(\.\d+)?$/),
    );
    const left = Number(/DueCheckpoints (\d+)/.exec(told.join())?.[1]);
    expect(left).toBe((await scene.ledger.dueCheckpoints('create', scene.time.now(), 100)).length);
    expect(Number(/OldestDue ([\d.]+)/.exec(told.join())?.[1])).toBeGreaterThanOrEqual(10);
  });

  it('of what it leaves where OpenAI refuses the call, also in turns that call nothing', async () => {
    await scene.observe(scene.addJob().id);
    scene.fake.refusals.refuse('quota', 'permissions.create');
    await shareOnce();
    await scene.observe(scene.addJob().id);
    scene.time.advance(5_000);
    const told = await shareOnce();
    expect(told.join()).not.toContain('AdminCalls');
    expect(told).toContain('DueCheckpoints 1');
  });

  it('of a 429, and of no answer', async () => {
    await scene.observe(scene.addJob().id);
    scene.fake.faults.queue('permissions.create', 'throttled', 'error-before');
    const told = await shareOnce();
    expect(told).toContain('AdminCalls{Endpoint=checkpoint-permissions.create,Answer=throttled} 1');
    expect(told).toContain('AdminCalls{Endpoint=checkpoint-permissions.create,Answer=failed} 1');
  });
});

describe('an admin call', () => {
  it.each([
    ['GET', '/organization/audit_logs', 'audit-logs.list'],
    ['GET', '/organization/projects/proj_1', 'projects.get'],
    ['GET', '/organization/projects/proj_1/model_permissions', 'projects.model-permissions'],
    ['DELETE', '/fine_tuning/checkpoints/ft:a:b::c/permissions/cp_1', 'checkpoint-permissions.delete'],
    ['POST', '/organization/projects/proj_1/service_accounts', 'keys'],
    ['GET', '/whatever/sk-admin-CANARY', 'keys'],
  ] as const)('%s %s is counted as one of %s', (method, path, endpoint) => {
    expect(endpointOf({ method, path })).toBe(endpoint);
  });
});

describe('observe tells', () => {
  it('how long a job of OpenAI’s webhook was on its way, and not of one that a person has sent', async () => {
    const { log, lines } = recordLog();
    const jobs = scene.jobApi();
    const deps = {
      policy: scene.policy,
      ledger: scene.ledger,
      jobsOf: () => jobs,
      waker: { wake: async () => undefined },
      now: scene.time.now,
      log,
    };
    const request = { source: 'research', jobId: scene.addJob().id, webhookAt: scene.time.now() - 2_500 };
    await scene.time.busy(observeAndWake(deps, request, 1));
    expect(toldIn(lines)).toEqual(['ObserveLag 2.5']);
    await scene.time.busy(observeAndWake(deps, { ...request, signedBy: 'us' }, 1));
    await scene.time.busy(observeAndWake(deps, { ...request, webhookAt: null }, 1));
    expect(toldIn(lines)).toEqual(['ObserveLag 2.5']);
  });
});

describe('the keys function tells', () => {
  it('how old the keys in use are, when it has looked', async () => {
    await using keys = await startKeysScene();
    keys.advance(HOUR_MS);
    await keys.tick();
    await keys.tick();
    const told = ['KeyAge{Kind=admin} 3600', 'KeyAge{Kind=project} 3600'];
    expect(toldIn(keys.logged.map(({ fields }) => ({ fields: { ...fields } })))).toEqual(told);
  });
});
