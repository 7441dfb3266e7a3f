import { afterEach, describe, expect, it } from 'vitest';
import { NO_RESTS } from '../../../lambdas/core/model/rests.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { readPacer } from '../../../lambdas/use-cases/operate/endpoint-status.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import type { RefusalKind } from '../../fake-openai/refusals.ts';
import { createScene, recordLog, type Scene } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const MINUTE = 60_000;
const CREATE = 'checkpoint-permissions.create';

const creates = () => scene.fake.calls.count({ endpoint: 'permissions.create' });
const states = async () => [...new Set((await scene.recorded()).map(({ state }) => state))];

/** The share function's ticks of so many minutes. */
async function ticks(minutes: number, deps = scene.deps()): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    const endsAt = scene.time.now() + MINUTE;
    await drain(deps, `tick-${endsAt}`, scene.time.now() + 50_000);
    scene.time.advance(Math.max(0, endsAt - scene.time.now()));
  }
}

async function endpointStatus() {
  const deps = { ledger: scene.ledger, pacerStore: scene.store, pacerRules: { ...DEFAULT_PACER_RULES, limit: 6 } };
  return (await readPacer(deps, scene.time.now())).find(({ endpoint }) => endpoint === CREATE);
}

const KINDS: readonly (readonly [RefusalKind, RegExp])[] = [
  ['quota', /account: You exceeded your current quota/],
  ['quota-forbidden', /account: You exceeded your current quota/],
  ['billing', /account: Your account is not active/],
  ['deactivated', /account: .*deactivated/],
  ['country', /let this stack in: Country, region, or territory not supported/],
  ['address', /let this stack in: Your IP is not authorized.* IP allow list/],
  ['host', /let this stack in: .*https:\/\/us\.api\.openai\.com\/v1 into openai\.baseUrl/],
  ['policy', /let this stack in: Unauthorized/],
  ['page-403', /let this stack in: The answer 403 is a page .*openai\.baseUrl/],
  ['page-404', /let this stack in: The answer 404 is a page .*openai\.baseUrl/],
];

describe.each(KINDS)('a refusal that is neither the key’s nor a row’s fault: %s', (kind, reason) => {
  it('of ten minutes costs little more, no row, and nothing of the pace after it', async () => {
    scene = await createScene();
    for (let job = 0; job < 30; job++) await scene.observe(scene.addJob(1).id);
    const { log, lines } = recordLog();
    scene.fake.refusals.refuse(kind);
    await ticks(10, { ...scene.deps(), log });
    expect(creates()).toBeLessThanOrEqual(6);
    expect(await states()).toEqual(['pending']);
    expect((await endpointStatus())?.holdReason).toMatch(reason);
    expect(lines.some(({ fields }) => fields.signal === 'openai-refuses')).toBe(true);
    expect(await scene.store.read(CREATE)).toMatchObject({ learnedLimit: null });

    scene.fake.refusals.letIn();
    const before = creates();
    // At most the rest that had begun, and then six calls a minute.
    await ticks(15 + 30 / 6);
    expect(await states()).toEqual(['active']);
    expect(creates() - before).toBe(30);
    expect(await readState(scene.ledger, 'rests')).toMatchObject({ key: null, endpoints: {} });
    expect((await endpointStatus())?.holdReason).toBeNull();
  });
});

describe('a page of a gateway’s in the place of a server error', () => {
  it.each(['page-503', 'page-520'] as const)(
    'rests the endpoint; what it may have done is looked up: %s',
    async (kind) => {
      scene = await createScene();
      for (let job = 0; job < 10; job++) await scene.observe(scene.addJob(1).id);
      scene.fake.refusals.refuse(kind);
      await ticks(5);
      expect(creates()).toBeLessThanOrEqual(4);
      expect((await endpointStatus())?.holdReason).toContain('is a page that is not OpenAI');
      expect(await states()).not.toContain('rejected');
      scene.fake.refusals.letIn();
      await ticks(40);
      expect(await states()).toEqual(['active']);
    },
  );

  it('once is no alarm', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(1).id);
    const { log, lines } = recordLog();
    scene.fake.refusals.refuse('page-403');
    await ticks(1, { ...scene.deps(), log });
    scene.fake.refusals.letIn();
    await ticks(3, { ...scene.deps(), log });
    expect(await states()).toEqual(['active']);
    expect(lines.filter(({ fields }) => fields.signal !== undefined)).toEqual([]);
  });
});

it('a host name that only one checkpoint is refused for does not hold up the others', async () => {
  scene = await createScene();
  const elsewhere = scene.addJob(1);
  await scene.observe(elsewhere.id);
  const api = scene.permissionApi();
  const regional: typeof api.create = async (checkpoint, projectIds) => {
    if (checkpoint === elsewhere.finalModel) scene.fake.refusals.refuse('host', 'permissions.create');
    return api.create(checkpoint, projectIds).finally(() => scene.fake.refusals.letIn());
  };
  const deps = scene.deps({ api: { ...api, create: regional } });
  for (let job = 0; job < 12; job++) await scene.observe(scene.addJob(1).id);
  await ticks(12, deps);
  const shared = (await scene.recorded()).filter(({ state }) => state === 'active');
  expect(shared).toHaveLength(12 * 3);
});

it('what was never refused has nothing in its way', async () => {
  scene = await createScene();
  await scene.observe(scene.addJob(1).id);
  await ticks(1);
  expect(await readState(scene.ledger, 'rests')).toEqual(NO_RESTS);
  expect(await scene.ledger.getState('rests')).toBeUndefined();
});
