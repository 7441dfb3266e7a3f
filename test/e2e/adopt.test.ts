import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adminCalls, atOpenAI, EU, post, STAGING, US } from './at-openai.ts';
import { listed, run, runTo, settle, tracked } from './cli.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.fake.calls.reset());
afterAll(() => stage.close());

/** Three permissions that somebody has granted with one call, an hour ago. */
async function grantedByHand() {
  const { finalModel } = stage.addUnwatchedJob();
  const ids = await stage.anHourAgo(() => post(stage, finalModel, [EU, US, STAGING]));
  stage.fake.calls.reset();
  return { checkpoint: finalModel, ids };
}

describe('permissions that are at OpenAI already', () => {
  it('are adopted, all of a checkpoint, by one look there and no other call', async () => {
    const { checkpoint } = await grantedByHand();
    const { adopted, missing, others } = await runTo(stage, 0, ['adopt', checkpoint, '--all']);
    expect({ count: adopted.length, missing, others }).toEqual({ count: 3, missing: [], others: [] });
    expect(await tracked(stage, checkpoint)).toEqual(atOpenAI(stage, checkpoint));
    expect((await listed(stage, checkpoint)).map(({ origin }) => origin)).toEqual(Array(3).fill('adopted'));
    expect(adminCalls(stage)).toEqual({ create: 0, list: 1, delete: 0 });
  });

  it('are adopted by id and checkpoint, and by id alone through the audit log', async () => {
    const { checkpoint, ids } = await grantedByHand();
    const [first = ''] = ids;
    await runTo(stage, 0, ['adopt', first, '--checkpoint', checkpoint]);
    expect(await tracked(stage, checkpoint)).toEqual([expect.stringContaining(first)]);
    expect(stage.fake.calls.count({ endpoint: 'audit_logs.list' })).toBe(0);

    const unseen = await grantedByHand();
    const [, second = ''] = unseen.ids;
    expect(await runTo(stage, 0, ['adopt', second])).toMatchObject({
      checkpoint: unseen.checkpoint,
      adopted: [{ permissionId: second, already: false }],
    });
    expect(stage.fake.calls.count({ endpoint: 'audit_logs.list' })).toBe(1);
    expect(await tracked(stage, unseen.checkpoint)).toEqual([expect.stringContaining(second)]);
  });

  it("are adopted by checkpoint and project, as Terraform's import names them", async () => {
    const { checkpoint } = await grantedByHand();
    await runTo(stage, 0, ['adopt', `${checkpoint}:${US}`]);
    expect(await tracked(stage, checkpoint)).toMatchObject([expect.stringContaining(US)]);
    const states = (await listed(stage, checkpoint)).map(({ state }) => state);
    expect(states.sort()).toEqual(['active', 'foreign', 'foreign']);
  });

  it('are told to be missing (1) when they are not there, and nothing is recorded', async () => {
    const { finalModel } = stage.addUnwatchedJob();
    const { missing } = await runTo(stage, 1, ['adopt', 'cp_Nowhere', '--checkpoint', finalModel]);
    expect(missing).toEqual(['cp_Nowhere']);
    expect(await listed(stage, finalModel)).toEqual([]);
    const unknown = await run(stage, ['adopt', 'cp_Nowhere']);
    expect(unknown).toMatchObject({ code: 1, document: { error: { name: 'BadRequestError' } } });
    expect(unknown.document.error.next).toContain('--checkpoint');
  });

  it('are kept by a reconcile and revoked only by hand', async () => {
    const { checkpoint } = await grantedByHand();
    await runTo(stage, 0, ['adopt', checkpoint, '--all']);
    await settle(stage, '--verify');
    expect(atOpenAI(stage, checkpoint)).toHaveLength(3);
    await runTo(stage, 0, ['revoke', checkpoint, '--all', '--yes']);
    expect(atOpenAI(stage, checkpoint)).toEqual([]);
  });
});

describe('a permission that is forgotten', () => {
  it('stays at OpenAI, is tracked no more and not shared again by its rule, until it is adopted', async () => {
    const job = stage.addJob();
    await settle(stage);
    const before = atOpenAI(stage, job.finalModel);
    const held = await runTo(stage, 0, ['forget', job.finalModel, '--project', 'staging']);
    expect(held).toMatchObject({ kind: 'forgotten', projects: [{ project: 'staging' }] });
    stage.fake.calls.reset();
    await settle(stage);
    expect(adminCalls(stage)).toMatchObject({ create: 0, delete: 0 });
    expect(atOpenAI(stage, job.finalModel)).toEqual(before);
    expect(await tracked(stage, job.finalModel)).toEqual(before.filter((line) => !line.startsWith(STAGING)));
    expect((await run(stage, ['plan'])).code).toBe(0);

    await runTo(stage, 0, ['adopt', `${job.finalModel}:staging`]);
    expect(await tracked(stage, job.finalModel)).toEqual(before);
  });
});

describe('a permission that is ignored', () => {
  it('is not repaired when somebody deletes it, until that is undone', async () => {
    const { checkpoint } = await grantedByHand();
    await runTo(stage, 0, ['adopt', checkpoint, '--all']);
    await runTo(stage, 0, ['ignore', checkpoint, '--project', 'staging']);
    const [lost] = stage.fake.permissions(checkpoint).filter(({ projectId }) => projectId === STAGING);
    stage.fake.revoke(checkpoint, lost?.id ?? '');
    await settle(stage, '--verify');
    expect(atOpenAI(stage, checkpoint)).toHaveLength(2);
    expect((await run(stage, ['plan'])).code).toBe(0);
    expect((await run(stage, ['revoke', checkpoint, '--from', 'staging', '--yes'])).code).toBe(1);

    await runTo(stage, 0, ['ignore', checkpoint, '--undo']);
    await settle(stage);
    expect(atOpenAI(stage, checkpoint)).toHaveLength(3);
    expect(await tracked(stage, checkpoint)).toEqual(atOpenAI(stage, checkpoint));
  });
});

describe('a job', () => {
  it('that no webhook told of is adopted by its id, and shared as the policy says', async () => {
    const job = stage.addJob(2);
    const adopted = await runTo(stage, 0, ['adopt', job.id]);
    expect(adopted).toMatchObject({ jobId: job.id, source: 'research', status: 'succeeded' });
    await settle(stage);
    expect(await stage.listed(job.id)).toHaveLength(6);
    const { checkpoints } = await runTo(stage, 0, ['checkpoints', job.id]);
    expect(checkpoints.map(({ sharedWith }: { sharedWith: string[] }) => sharedWith.length)).toEqual([3, 3]);
  });

  it('that is forgotten keeps its permissions at OpenAI, which nothing tracks any more', async () => {
    const job = stage.addJob();
    await settle(stage);
    const before = atOpenAI(stage, job.finalModel);
    await runTo(stage, 0, ['forget', job.id]);
    await settle(stage);
    expect(atOpenAI(stage, job.finalModel)).toEqual(before);
    expect(await tracked(stage, job.finalModel)).toEqual([]);
    const jobs: readonly { readonly jobId: string }[] = await runTo(stage, 0, ['jobs']);
    expect(jobs.map(({ jobId }) => jobId)).not.toContain(job.id);
  });

  it('of a project that is no source is refused with what to check', async () => {
    const { document, code } = await run(stage, ['adopt', stage.addUnwatchedJob().id]);
    expect(code).toBe(1);
    expect(document.error).toMatchObject({ name: 'BadRequestError', next: expect.stringContaining('sharing.yaml') });
  });
});
