import { afterEach, describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { readPacer } from '../../../lambdas/use-cases/operate/endpoint-status.ts';
import type { ShareDeps } from '../../../lambdas/use-cases/share/deps.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createScene, inAnHour, recordLog, type Scene } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const MINUTE = 60_000;
const DEAD = 'sk-admin-revoked';

/** A tick of the share function; what it fails with. */
async function tick(deps: ShareDeps): Promise<string | null> {
  const endsAt = scene.time.now() + MINUTE;
  const failed = await drain(deps, `tick-${endsAt}`, scene.time.now() + 50_000).then(
    () => null,
    (error: Error) => error.name,
  );
  scene.time.advance(Math.max(0, endsAt - scene.time.now()));
  return failed;
}

async function ticks(minutes: number, deps: ShareDeps): Promise<readonly (string | null)[]> {
  const failures: (string | null)[] = [];
  for (let minute = 0; minute < minutes; minute++) failures.push(await tick(deps));
  return failures;
}

async function holdReasons(ledger: Ledger = scene.ledger): Promise<readonly (string | null)[]> {
  const deps = { ledger, pacerStore: scene.store, pacerRules: { ...DEFAULT_PACER_RULES, limit: 6 } };
  return (await readPacer(deps, scene.time.now())).map(({ holdReason }) => holdReason);
}

const statesIn = async (ledger: Ledger) => [...new Set((await scene.recorded(ledger)).map(({ state }) => state))];
const refusedCalls = () => scene.fake.calls.count({ status: 401 });

describe('a dead key', () => {
  it('of one stack leaves another that shares the pacer at its pace, and costs few of its slots', async () => {
    scene = await createScene();
    const other = createInMemoryLedger({ actor: 'share', plan: null, now: scene.time.now });
    for (let job = 0; job < 3; job++) await scene.observe(scene.addJob(1).id, other);
    const dead = scene.deps({ ledger: other, key: DEAD });
    for (let job = 0; job < 100; job++) await scene.observe(scene.addJob(1).id);
    for (let minute = 0; minute < 29; minute++) {
      await tick(dead);
      scene.time.advance(-MINUTE);
      await tick(scene.deps());
    }
    expect(await statesIn(scene.ledger)).toEqual(['active']);
    expect(await statesIn(other)).toEqual(['pending']);
    expect(refusedCalls()).toBeLessThanOrEqual(4);
    expect(await holdReasons(scene.ledger)).toEqual(Array(6).fill(null));
    expect(new Set(await holdReasons(other))).toEqual(new Set([expect.stringContaining('refuses the admin key')]));
  });

  it('is tried with one call a rest, whatever waits in however many lanes', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(2).id);
    await drain(scene.deps(), 'good', inAnHour(scene));
    const [shared] = (await scene.ledger.listCheckpoints(null)).items;
    if (shared === undefined) throw new Error('Nothing was shared.');
    await scene.ledger.saveCheckpoint({ ...shared, verifyAt: scene.time.now() }, shared);
    await scene.observe(scene.addJob(1).id);
    const dead = scene.deps({ key: DEAD });
    await ticks(1, dead);
    const first = refusedCalls();
    await ticks(60, dead);
    // After 5, 10, then every 15 minutes.
    expect(refusedCalls() - first).toBeLessThanOrEqual(5);
    expect(refusedCalls() - first).toBeGreaterThanOrEqual(3);
  });

  it('tells so as long as it rests, and works at once when another is put in its place', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(1).id);
    const { log, lines } = recordLog();
    const stored = { key: DEAD };
    const calls = (key: string) => scene.permissionApi(key);
    const api = {
      create: (...args: Parameters<ReturnType<typeof calls>['create']>) => calls(stored.key).create(...args),
      list: (...args: Parameters<ReturnType<typeof calls>['list']>) => calls(stored.key).list(...args),
      delete: (...args: Parameters<ReturnType<typeof calls>['delete']>) => calls(stored.key).delete(...args),
    };
    const deps = { ...scene.deps({ api }), log, currentKeyMark: async () => `mark of ${stored.key}` };
    await ticks(3, deps);
    const told = lines.filter(({ fields }) => fields.signal === 'openai-refuses');
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(refusedCalls()).toBe(1);
    stored.key = scene.fake.adminKey;
    await tick(deps);
    expect(await statesIn(scene.ledger)).toEqual(['active']);
  });
});

describe('a secret that holds no key', () => {
  it('fails every tick without a call, is shown with its reason, and no longer once there is one', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(1).id);
    const failing = async () => {
      throw new SecretUnusableError('arn:admin', 'holds a JSON object where an admin key is to be');
    };
    const deps = scene.deps({ api: { create: failing, list: failing, delete: failing } });
    expect(await ticks(3, deps)).toEqual(Array(3).fill('SecretUnusableError'));
    expect(new Set(await holdReasons())).toEqual(
      new Set(['The admin key cannot be used: Secret arn:admin holds a JSON object where an admin key is to be']),
    );
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(0);
    expect(await tick(scene.deps())).toBeNull();
    expect(await statesIn(scene.ledger)).toEqual(['active']);
    expect(await holdReasons()).toEqual(Array(6).fill(null));
  });
});

describe.each(['unauthorized', 'forbidden', 'forbidden-bare'] as const)('a missing scope (%s)', (missingScope) => {
  const only = (...scopes: string[]) => scene.fake.addAdminKey({ scopes }).value;

  it('to list leaves sharing at full pace, and fails nothing', async () => {
    scene = await createScene({ fake: { quirks: { missingScope } } });
    await scene.observe(scene.addJob(1).id);
    await drain(scene.deps(), 'good', inAnHour(scene));
    const [shared] = (await scene.ledger.listCheckpoints(null)).items;
    if (shared === undefined) throw new Error('Nothing was shared.');
    await scene.ledger.saveCheckpoint({ ...shared, verifyAt: scene.time.now() }, shared);
    for (let job = 0; job < 12; job++) await scene.observe(scene.addJob(1).id);
    const { log, lines } = recordLog();
    const deps = { ...scene.deps({ key: only('api.fine_tuning.checkpoints.write') }), log };
    expect(await ticks(4, deps)).toEqual([null, null, null, null]);
    expect(await statesIn(scene.ledger)).toEqual(['active']);
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(1);
    expect(lines.filter(({ fields }) => fields.signal !== undefined)).toEqual([]);
    expect((await holdReasons()).filter((reason) => reason !== null)).toEqual([
      expect.stringContaining('Missing scopes: api.fine_tuning.checkpoints.read'),
    ]);
  });

  it('to write fails the function, and lets it verify', async () => {
    scene = await createScene({ fake: { quirks: { missingScope } } });
    await scene.observe(scene.addJob(1).id);
    await drain(scene.deps(), 'good', inAnHour(scene));
    const [shared] = (await scene.ledger.listCheckpoints(null)).items;
    if (shared === undefined) throw new Error('Nothing was shared.');
    await scene.ledger.saveCheckpoint({ ...shared, verifyAt: scene.time.now() }, shared);
    await scene.observe(scene.addJob(1).id);
    expect(await tick(scene.deps({ key: only('api.fine_tuning.checkpoints.read') }))).toBe('MissingScopeError');
    expect((await scene.ledger.getCheckpoint(shared.checkpoint))?.verifyAt).toBeNull();
    expect((await readState(scene.ledger, 'rests')).key).toBeNull();
  });
});

describe('a checkpoint that OpenAI forbids', () => {
  it('is refused alone, with one call and for a day', async () => {
    scene = await createScene();
    const blocked = scene.addJob(1);
    scene.fake.refusals.forbid(blocked.finalModel);
    await scene.observe(blocked.id);
    for (let job = 0; job < 5; job++) await scene.observe(scene.addJob(1).id);
    await ticks(2, scene.deps());
    const rows = await scene.recorded();
    const refused = rows.filter(({ state }) => state === 'rejected');
    expect(refused.map(({ checkpoint }) => checkpoint)).toEqual(Array(3).fill(blocked.finalModel));
    for (const { reason } of refused) expect(reason).toContain('safety checks');
    expect(rows.filter(({ state }) => state === 'active')).toHaveLength(15);
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(6);
    expect(await scene.ledger.refusedProjects()).toEqual([]);
    expect(await holdReasons()).toEqual(Array(6).fill(null));

    scene.fake.refusals.allow(blocked.finalModel);
    scene.time.advance(24 * 60 * MINUTE);
    await ticks(1, scene.deps());
    expect(await statesIn(scene.ledger)).toEqual(['active']);
  });

  it('once it is shared, is not taken for gone, and its LIST waits for nobody else', async () => {
    scene = await createScene();
    const [blocked, other] = [scene.addJob(1), scene.addJob(1)];
    for (const { id } of [blocked, other]) await scene.observe(id);
    await drain(scene.deps(), 'good', inAnHour(scene));
    scene.fake.refusals.forbid(blocked.finalModel);
    for (const record of (await scene.ledger.listCheckpoints(null)).items) {
      await scene.ledger.saveCheckpoint({ ...record, verifyAt: scene.time.now() }, record);
    }
    await ticks(1, scene.deps());
    expect(await statesIn(scene.ledger)).toEqual(['active']);
    expect((await scene.ledger.getCheckpoint(other.finalModel))?.verifyAt).toBeNull();
    expect((await scene.ledger.getCheckpoint(blocked.finalModel))?.verifyAt).toBeGreaterThan(scene.time.now() - MINUTE);
  });
});
