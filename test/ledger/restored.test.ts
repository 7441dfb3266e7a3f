import { PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import type { Author } from '../../lambdas/core/events/event.ts';
import { DAY, MINUTE } from '../builders/checkpoints.ts';
import { handsOn } from '../use-cases/by-hand/by-hand.ts';
import { createScene, type Scene, TARGETS } from '../use-cases/scene.ts';
import { useTable } from './table.ts';

const present = useTable();
const backup = useTable();
const [withheldFrom, repairedIn] = TARGETS;

let scene: Scene;
beforeEach(async () => {
  await Promise.all([present.empty(), backup.empty()]);
  scene = await createScene({ rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

/** The scene's functions and people on one of the tables. */
function on({ client, name }: typeof present) {
  const as = (author: Author) => createDynamoLedger(client, name, { ...author, now: scene.time.now });
  const ledger = { ...as({ actor: 'test', plan: null }), as: (author: Author) => own(author), refuse: () => undefined };
  const own = (author: Author): typeof ledger => ({ ...ledger, ...as(author) });
  const there: Scene = {
    ...scene,
    ledger,
    observe: (jobId, given = ledger, by) => scene.observe(jobId, given, by),
    deps: (parts = {}) => scene.deps({ ledger, ...parts }),
    recorded: () => scene.recorded(ledger),
  };
  return { ...handsOn(there), recorded: there.recorded, ledger };
}

/** Every item, as a restore to a point in time puts them into a new table. */
async function restoreFrom(from: typeof present, to: typeof present): Promise<void> {
  for await (const { Items = [] } of paginateScan(
    { client: from.client },
    { TableName: from.name, ConsistentRead: true },
  )) {
    for (const Item of Items) await to.client.send(new PutItemCommand({ TableName: to.name, Item }));
  }
}

const deletes = () => scene.fake.calls.count({ endpoint: 'permissions.delete' });
const addJob = () => scene.addJob(1).finalModel;

/** With pruning switched on: whatever the ledger took for unwanted would be revoked. */
const pruning = () => ({ ...scene.policy, prune: true });

describe.each([
  ['an hour', 60 * MINUTE],
  ['five days', 5 * DAY],
])('a ledger that is restored as it was %s ago', (_, age) => {
  it('revokes nothing, learns what was done since, and comes to a plan with nothing in it', async () => {
    const [before, repaired] = [addJob(), addJob()];
    const now = on(present);
    await now.comeToRest(pruning());
    await restoreFrom(present, backup);

    const after = addJob();
    const [gone] = scene.fake.permissions(repaired).filter(({ projectId }) => projectId === repairedIn);
    scene.fake.revoke(repaired, gone?.id ?? '');
    const withhold = { command: 'revoke', checkpoint: before, permissionId: null, all: false, dryRun: false } as const;
    await now.ask({ ...withhold, projects: [withheldFrom ?? ''], withhold: true });
    scene.time.advance(age);
    await now.comeToRest(pruning());
    expect(now.holders(before)).not.toContain(withheldFrom);
    expect(now.holders(repaired)).toContain(repairedIn);
    scene.fake.calls.reset();

    const restored = on(backup);
    const plan = () => restored.ask({ command: 'plan' }, { policy: pruning() });
    expect((await plan()).counts.revoke).toBe(0);
    for (let round = 0; round < 4; round++) {
      await restored.comeToRest(pruning());
      scene.time.advance(DAY);
    }
    expect(deletes()).toBe(0);
    // What a person has said since the backup is lost: it is shared again, as the policy has it.
    for (const model of [before, repaired, after]) expect(restored.holders(model).sort()).toEqual([...TARGETS].sort());
    const states = (await restored.recorded()).map(({ state }) => state);
    expect(states).toEqual(Array(3 * TARGETS.length).fill('active'));
    const { counts } = await plan();
    expect(Object.values(counts).filter((count) => count > 0)).toEqual([]);
  });
});
