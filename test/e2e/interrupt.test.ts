import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aGrant, aResource, aStateFile } from '../ckpt/terraform/states.ts';
import { startCkpt } from '../sandbox/ckpt.ts';
import { atOpenAI, EU, post, STAGING, US } from './at-openai.ts';
import { runAll, runTo, settle, tracked } from './cli.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** From before it has asked for anything until after it is done, on a machine that is idle and on one that is not. */
const LONGEST_MS = 2_500;
const TIMES = 5;

/** Starts commands side by side, and interrupts each at a moment of its own; returns how many were cut short. */
async function interruptAll(commands: readonly (readonly string[])[]): Promise<number> {
  const results = await Promise.all(
    commands.map(async (args, index) => {
      const running = startCkpt(stage.cloud, args);
      await sleep((LONGEST_MS * (index + Math.random())) / commands.length);
      running.interrupt();
      return running.ended;
    }),
  );
  for (const { stderr } of results) expect(stderr).not.toMatch(/\n\s+at /);
  return results.filter(({ code }) => code === null).length;
}

/** After a reconcile the ledger has what OpenAI has, each project once. */
async function expectInStep(checkpoints: readonly string[]) {
  await settle(stage);
  for (const checkpoint of checkpoints) {
    const there = atOpenAI(stage, checkpoint);
    expect(await tracked(stage, checkpoint)).toEqual(there);
    const projects = there.map((line) => line.split(':')[0]);
    expect(new Set(projects).size).toBe(projects.length);
  }
}

const checkpointsOf = (count: number) => Array.from({ length: count }, () => stage.addUnwatchedJob().finalModel);

describe('Ctrl-C at any moment', () => {
  it('of a share leaves ledger and OpenAI in step, and one that is asked again shares', async () => {
    const checkpoints = checkpointsOf(TIMES);
    const cut = await interruptAll(checkpoints.map((checkpoint) => ['share', checkpoint, '--to', 'prod-eu,prod-us']));
    expect(cut).toBeGreaterThan(0);
    await expectInStep(checkpoints);
    const [first = ''] = checkpoints;
    await runTo(stage, 0, ['share', first, '--to', 'prod-eu,prod-us']);
    expect(atOpenAI(stage, first)).toHaveLength(2);
    await expectInStep([first]);
  });

  it('of a revocation leaves ledger and OpenAI in step, and one that is asked again revokes', async () => {
    const checkpoints = checkpointsOf(TIMES);
    for (const checkpoint of checkpoints) await post(stage, checkpoint, [EU, US, STAGING]);
    await runAll(
      stage,
      checkpoints.map((checkpoint) => ['adopt', checkpoint, '--all']),
    );
    const cut = await interruptAll(checkpoints.map((checkpoint) => ['revoke', checkpoint, '--all', '--yes']));
    expect(cut).toBeGreaterThan(0);
    await expectInStep(checkpoints);
    const again = checkpoints.map((checkpoint) => ['revoke', checkpoint, '--all', '--yes']);
    expect((await runAll(stage, again)).map(({ code }) => code)).toEqual(again.map(() => 0));
    for (const checkpoint of checkpoints) expect(atOpenAI(stage, checkpoint)).toEqual([]);
  });

  it('of an adoption of many checkpoints loses none: run again it goes on where it was', async () => {
    const checkpoints = checkpointsOf(TIMES);
    const grants = await Promise.all(
      checkpoints.map(async (checkpoint) => {
        const [id] = await post(stage, checkpoint, [EU, US, STAGING]);
        return aGrant({ id, checkpoint_id: checkpoint, project_ids: [EU] });
      }),
    );
    const file = join(stage.cloud.directory, 'interrupted.tfstate');
    const resources = grants.map((attributes, index) => aResource(attributes, { name: `grant-${index}` }));
    await writeFile(file, aStateFile(resources));
    const adopt = ['adopt', '--terraform-state', file];
    stage.fake.calls.reset();
    for (let time = 0; time < 2; time++) await interruptAll([adopt]);
    const { failed } = await runTo(stage, 0, adopt);
    expect(failed).toEqual([]);
    // What was recorded costs no second look; only the one that was cut off does.
    expect(stage.fake.calls.count({ endpoint: 'permissions.list' })).toBeLessThanOrEqual(checkpoints.length + 2);
    await expectInStep(checkpoints);
    for (const checkpoint of checkpoints) expect(await tracked(stage, checkpoint)).toHaveLength(3);
  });
});
