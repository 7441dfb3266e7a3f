import { afterEach, describe, expect, it } from 'vitest';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { OperatorRequest } from '../../../lambdas/shared/contract/operator.ts';
import type { Quirks } from '../../fake-openai/quirks.ts';
import { Killer } from '../../support/crash.ts';
import { createScene, type Scene } from '../scene.ts';
import { type Hands, handsOn, toAdopt, toForget, toIgnore, toRevoke, toShare } from './by-hand.ts';

let scene: Scene;
let hands: Hands;
afterEach(() => scene.close());

/** A job of two checkpoints, shared with all targets; the final one has two permissions of other people beside. */
interface Setting {
  readonly jobId: string;
  readonly model: string;
}

async function setTheScene(quirks: Partial<Quirks>): Promise<Setting> {
  scene = await createScene({ fake: { quirks }, rules: { limit: 100 } });
  hands = handsOn(scene);
  const job = scene.addJob(2);
  for (const id of ['proj_X', 'proj_Y', 'proj_Z']) scene.fake.addProject({ id });
  await scene.observe(job.id);
  await hands.share();
  for (const id of ['proj_X', 'proj_Y']) scene.fake.grant(job.finalModel, id);
  scene.time.advance(10 * 60_000);
  return { jobId: job.id, model: job.finalModel };
}

const COMMANDS: Readonly<Record<string, (setting: Setting) => OperatorRequest>> = {
  share: ({ model }) => toShare(model, ['proj_Z', 'prod-eu']),
  'revoke with withhold': ({ model }) => toRevoke(model, ['prod-eu', 'prod-us'], { withhold: true }),
  'adopt --all': ({ model }) => toAdopt(model, [], { all: true }),
  forget: ({ model }) => toForget(model, ['prod-eu', 'proj_ASIA']),
  ignore: ({ model }) => toIgnore(model, ['prod-eu']),
  'forget-job': ({ jobId }) => ({ command: 'forget-job', jobId }),
};

/** Runs one operator function that is killed; false when it came to its end before that. */
async function askAndDie(request: OperatorRequest, at: number, moment: 'before' | 'after'): Promise<boolean> {
  const killer = new Killer(at, moment);
  await hands.answer(request, {
    ledger: killer.watch(scene.ledger),
    pacerStore: killer.watch(scene.store),
    admin: (admin) => killer.watch(admin),
    sourceApi: (api) => killer.watch(api),
    waker: killer.watch({ wake: async () => undefined }),
  });
  return killer.struck;
}

/** What it has all come to, without the ids that OpenAI happened to give. */
async function theEnd({ jobId }: Setting) {
  const { items } = await scene.ledger.listCheckpoints(null);
  return {
    job: (await scene.ledger.getJob(jobId))?.forgotten !== undefined,
    checkpoints: items.map((record) => ({
      rows: permissionsOf(record)
        .map(({ projectId, state, want }) => `${projectId} ${state} ${want?.origin ?? 'unwanted'}`)
        .sort(),
      holds: Object.entries(record.holds ?? {})
        .map(([projectId, { kind }]) => `${projectId} ${kind}`)
        .sort(),
      holders: hands.holders(record.checkpoint).toSorted(),
    })),
  };
}

async function expectEveryIdTracked(): Promise<void> {
  const { items } = await scene.ledger.listCheckpoints(null);
  for (const record of items) {
    const alive = scene.fake.permissions(record.checkpoint);
    expect(new Set(alive.map(({ projectId }) => projectId)).size).toBe(alive.length);
    for (const row of permissionsOf(record)) {
      const ids = alive.filter(({ projectId }) => projectId === row.projectId).map(({ id }) => id);
      if (row.state === 'revoked') expect(ids).toEqual([]);
      else expect(idsOf(row)).toEqual(ids);
      const found = { checkpoint: record.checkpoint, projectId: row.projectId };
      for (const id of idsOf(row)) expect(await scene.ledger.findPermission(id)).toEqual(found);
    }
  }
}

/** The same word again, unless it has been done: a reconcile and the share function's turns before and after it. */
async function goOn(request: OperatorRequest): Promise<void> {
  await hands.comeToRest();
  const answer = await hands.answer(request);
  if (!answer.ok) expect(answer.error.message).toMatch(/has no permission for/);
  await hands.comeToRest();
}

async function undisturbed(command: string, quirks: Partial<Quirks>) {
  const setting = await setTheScene(quirks);
  const request = COMMANDS[command]?.(setting);
  if (request === undefined) throw new Error(`There is no ${command}`);
  await hands.ask(request);
  await hands.comeToRest();
  await hands.comeToRest();
  const end = await theEnd(setting);
  await scene.close();
  return end;
}

describe.each(Object.entries(COMMANDS))('%s, killed between any two of its steps', (command, requestOf) => {
  it.each(['before', 'after'] as const)('%s each step, and asked again, comes to the same end', async (moment) => {
    const quirks: Partial<Quirks> = { repeatedPost: 'makes-second' };
    const expected = await undisturbed(command, quirks);
    let struck = true;
    for (let at = 0; struck; at++) {
      const setting = await setTheScene(quirks);
      const request = requestOf(setting);
      struck = await askAndDie(request, at, moment);
      await goOn(request);
      expect(await theEnd(setting)).toEqual(expected);
      await expectEveryIdTracked();
      expect(at).toBeLessThan(100);
      await scene.close();
    }
  });
});

describe('adopting a forgotten job, killed between any two of its steps', () => {
  it.each(['before', 'after'] as const)('%s each step, and asked again, takes all of it back', async (moment) => {
    let struck = true;
    for (let at = 0; struck; at++) {
      const { jobId, model } = await setTheScene({ repeatedPost: 'makes-second' });
      const before = await scene.recorded();
      await hands.ask({ command: 'forget-job', jobId });
      scene.time.advance(10 * 60_000);
      const request = { command: 'adopt-job', jobId, source: null } as const;
      struck = await askAndDie(request, at, moment);
      await hands.comeToRest();
      await hands.ask(request);
      await hands.comeToRest();
      const ids = (rows: typeof before) =>
        rows.flatMap((row) => (row.want === null ? [] : [`${row.projectId} ${row.permissionId}`])).sort();
      expect(ids(await scene.recorded())).toEqual(ids(before));
      expect(hands.holders(model)).toHaveLength(5);
      expect(at).toBeLessThan(100);
      await scene.close();
    }
  });
});
