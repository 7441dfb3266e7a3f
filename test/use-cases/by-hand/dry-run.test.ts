import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperatorRequest } from '../../../lambdas/shared/contract/operator.ts';
import { createScene, type Scene } from '../scene.ts';
import { anUnwantedModel, aSharedModel, type Hands, handsOn, toAdopt, toIgnore, toRevoke, toShare } from './by-hand.ts';

let scene: Scene;
let hands: Hands;
beforeEach(async () => {
  scene = await createScene();
  hands = handsOn(scene);
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

/** Everything that an act may leave behind. */
async function traces(model: string) {
  const { ledger } = scene;
  const { items } = await ledger.listEvents({ checkpoint: null, cursor: null, limit: 1_000 });
  return {
    record: await ledger.getCheckpoint(model),
    events: items.length,
    pause: await ledger.getState('pause'),
    refused: await ledger.refusedProjects(),
    woken: hands.woken(),
    orders: hands.orders(),
  };
}

/** Tries it, expects that to have left nothing behind, and does it: what comes back is the same. */
async function tryThenDo(model: string, request: OperatorRequest): Promise<void> {
  await traces(model);
  const before = await traces(model);
  const tried = await hands.ask({ ...request, dryRun: true } as OperatorRequest);
  expect(await traces(model)).toEqual(before);
  const done = await hands.ask(request);
  expect(await traces(model)).not.toEqual(before);
  expect(strip(tried)).toEqual(strip(done));
}

/** Without when it was, and whether it was done. */
function strip(result: unknown): unknown {
  return JSON.parse(JSON.stringify(result, (key, value) => (key === 'at' || key === 'done' ? undefined : value)));
}

async function drift(model: string, projectId: string): Promise<void> {
  const record = await scene.ledger.getCheckpoint(model);
  const permission = record?.permissions[projectId];
  if (!record || !permission) throw new Error(`${model} is not shared with ${projectId}.`);
  const drifted = { ...permission, state: 'drifted', permissionId: null } as const;
  await scene.ledger.saveCheckpoint(
    { ...record, permissions: { ...record.permissions, [projectId]: drifted } },
    record,
  );
}

describe('a dry run says what doing it says, and leaves nothing behind:', () => {
  it('share', async () => {
    const model = await anUnwantedModel(scene);
    await tryThenDo(model, toShare(model, ['prod-eu']));
  });

  it('share of a project that OpenAI has refused, which stays refused', async () => {
    const model = await anUnwantedModel(scene);
    const retryAt = scene.time.now() + 3_600_000;
    await scene.ledger.refuseProject({ projectId: 'proj_EU', reason: 'archived', retryAt });
    await tryThenDo(model, toShare(model, ['prod-eu']));
  });

  it('revoke', async () => {
    const model = await aSharedModel(scene);
    await tryThenDo(model, toRevoke(model, ['prod-eu']));
  });

  it('ignore and its undoing', async () => {
    const model = await aSharedModel(scene);
    await tryThenDo(model, toIgnore(model, ['prod-eu']));
    await tryThenDo(model, toIgnore(model, ['prod-eu'], { undo: true }));
  });

  it('adopt', async () => {
    scene.fake.addProject({ id: 'proj_ELSEWHERE' });
    const { finalModel } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
    scene.fake.grant(finalModel, 'proj_EU');
    scene.time.advance(600_000);
    await tryThenDo(finalModel, toAdopt(finalModel, ['prod-eu']));
  });

  it('repair', async () => {
    const model = await aSharedModel(scene);
    await drift(model, 'proj_EU');
    await tryThenDo(model, { command: 'repair', checkpoint: model, project: ['prod-eu'] });
  });

  it('pause and resume', async () => {
    const model = await aSharedModel(scene);
    await tryThenDo(model, { command: 'pause', sources: ['research'], why: 'an audit' });
    await tryThenDo(model, { command: 'resume', sources: ['research'] });
  });
});

describe('a dry run is refused as doing it is:', () => {
  const refusals = async (request: OperatorRequest) => [
    await hands.refusal({ ...request, dryRun: true }),
    await hands.refusal(request),
  ];

  it.each([
    ['share', (model: string) => toShare(model, ['research'])],
    ['revoke', (model: string) => toRevoke(model, ['prod-nowhere'])],
    ['ignore', (model: string) => toIgnore(model, ['prod-nowhere'])],
    ['adopt', (model: string) => toAdopt(model, ['prod-nowhere'])],
    ['repair', (model: string) => ({ command: 'repair', checkpoint: model, project: ['prod-eu'] }) as const],
    ['pause', () => ({ command: 'pause', rules: ['no such'] }) as const],
    ['resume', () => ({ command: 'resume', sources: ['research'] }) as const],
  ] as const)('%s', async (_, toRequest) => {
    const model = await aSharedModel(scene);
    const [tried, done] = await refusals(toRequest(model));
    expect(tried).toEqual(done);
  });

  it('ignore of what is not shared yet', async () => {
    const model = await anUnwantedModel(scene);
    await hands.ask(toShare(model, ['prod-eu']));
    const [tried, done] = await refusals(toIgnore(model, ['prod-eu']));
    expect(tried).toEqual(done);
    expect(tried?.message).toContain('pending');
  });
});
