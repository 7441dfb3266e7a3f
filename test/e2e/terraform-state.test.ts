import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attributes, aGrant, aResource, aStateFile } from '../ckpt/terraform/states.ts';
import { addStranger, adminCalls, atOpenAI, EU, post, STAGING, US } from './at-openai.ts';
import { listed, runTo, settle, tracked } from './cli.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/**
 * What Terraform's provider leaves: three permissions by one POST, of which it keeps the id of the first; and one that
 * somebody else has granted an hour before.
 */
async function granted() {
  const { finalModel } = stage.addUnwatchedJob();
  const foreign = await stage.anHourAgo(() => stage.fake.grant(finalModel, addStranger(stage)));
  const [id = ''] = await post(stage, finalModel, [EU, US, STAGING]);
  stage.fake.calls.reset();
  return { checkpoint: finalModel, id, foreign };
}

async function stateFile(...attributes: readonly Attributes[]): Promise<string> {
  const file = join(stage.cloud.directory, 'terraform.tfstate');
  const resources = attributes.map((each, index) => aResource(aGrant(each), { name: `grant-${index}` }));
  await writeFile(file, aStateFile(resources));
  return file;
}

const adopt = async (file: string) => runTo(stage, 0, ['adopt', '--terraform-state', file]);

/** What is ours, without the one that is somebody else's. */
const oursAtOpenAI = (checkpoint: string, foreign: { readonly id: string }) =>
  atOpenAI(stage, checkpoint).filter((line) => !line.includes(foreign.id));

describe('a Terraform state', () => {
  it.each([
    ['one id and, after a refresh, one project', [EU]],
    ['one id and all three projects', [EU, US, STAGING]],
  ])('with %s gives back all three permissions, which can then be revoked', async (_, project_ids) => {
    const { checkpoint, id, foreign } = await granted();
    const file = await stateFile({ id, checkpoint_id: checkpoint, project_ids });
    const { checkpoints, failed } = await adopt(file);
    expect(failed).toEqual([]);
    expect(checkpoints).toMatchObject([{ checkpoint, missing: [] }]);
    expect(await tracked(stage, checkpoint)).toEqual(oursAtOpenAI(checkpoint, foreign));
    expect(await tracked(stage, checkpoint)).toHaveLength(3);
    expect(adminCalls(stage)).toEqual({ create: 0, list: 1, delete: 0 });

    stage.fake.calls.reset();
    await adopt(file);
    // A checkpoint of another test may be due to be listed just now.
    expect(stage.fake.calls.all.filter(({ path }) => decodeURIComponent(path).includes(checkpoint))).toEqual([]);

    await runTo(stage, 0, ['revoke', checkpoint, '--all', '--yes']);
    expect(stage.fake.permissions(checkpoint)).toEqual([foreign]);
    expect((await listed(stage, checkpoint)).find(({ permissionId }) => permissionId === foreign.id)?.state).toBe(
      'foreign',
    );
  });

  it('of several checkpoints is adopted with one look at each, and what is gone is told', async () => {
    const [one, two] = [await granted(), await granted()];
    stage.fake.revoke(two.checkpoint, two.id);
    stage.fake.calls.reset();
    const file = await stateFile(
      { id: one.id, checkpoint_id: one.checkpoint, project_ids: [EU] },
      { id: two.id, checkpoint_id: two.checkpoint, project_ids: [EU, US, STAGING] },
    );
    const { failed } = await runTo(stage, 1, ['adopt', '--terraform-state', file]);
    expect(failed.map(({ what }: { what: string }) => what)).toEqual(Array(2).fill(two.checkpoint));
    expect(adminCalls(stage)).toEqual({ create: 0, list: 2, delete: 0 });
    for (const { checkpoint, foreign } of [one, two]) {
      expect(await tracked(stage, checkpoint)).toEqual(oursAtOpenAI(checkpoint, foreign));
    }
    await settle(stage, '--verify');
    for (const { checkpoint, foreign } of [one, two]) {
      expect(await tracked(stage, checkpoint)).toEqual(oursAtOpenAI(checkpoint, foreign));
    }
  });
});
