import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ckpt } from '../sandbox/ckpt.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { addStranger, adminCalls, atOpenAI, EU } from './at-openai.ts';
import { run, runTo, settle, tracked } from './cli.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.fake.calls.reset());
afterAll(() => stage.close());

/** What the CLI tells a person, one line for every error, without a stack trace. */
async function told(...args: readonly string[]) {
  const { code, stdout, stderr } = await ckpt(stage.cloud, args);
  expect(stderr).not.toMatch(/\n\s+at /);
  return { code, text: `${stdout}${stderr}` };
}

describe('a refusal of OpenAI', () => {
  it('to share with the project that owns the checkpoint is foreseen where the ledger knows the owner', async () => {
    const job = stage.addJob();
    await settle(stage);
    stage.fake.calls.reset();
    const { code, text } = await told('share', job.finalModel, '--to', SOURCE.id);
    expect({ code, calls: adminCalls(stage) }).toEqual({ code: 1, calls: { create: 0, list: 0, delete: 0 } });
    expect(text).toContain('is the owning project');
  });

  it('to share with the owning project is explained, and the others have it all the same', async () => {
    const job = stage.addUnwatchedJob();
    const { code, text } = await told('share', job.finalModel, '--to', job.projectId, 'prod-eu');
    expect(code).toBe(1);
    expect(text).toContain('owning project');
    expect(text).toContain('can use it without a permission: leave it out');
    expect(await tracked(stage, job.finalModel)).toEqual([expect.stringContaining(EU)]);
    expect(await tracked(stage, job.finalModel)).toEqual(atOpenAI(stage, job.finalModel));
  });

  it('of a checkpoint that does not exist is told at once to the person who may have mistyped it', async () => {
    const nowhere = 'ft:gpt-4o-mini-2024-07-18:acme::Nowhere1';
    const { document, code } = await run(stage, ['share', nowhere, '--to', 'prod-eu']);
    const reason = expect.stringContaining(`The model '${nowhere}' does not exist`);
    expect({ code, permissions: document.permissions }).toMatchObject({
      code: 1,
      permissions: [{ projectId: EU, state: 'rejected', reason }],
    });
    expect(adminCalls(stage)).toEqual({ create: 1, list: 0, delete: 0 });
    await runTo(stage, 0, ['revoke', nowhere, '--all', '--yes']);
    expect((await run(stage, ['plan'])).code).toBe(0);
  });

  it('of an archived project is explained, and asked for again at once by whoever shares again', async () => {
    const { finalModel } = stage.addUnwatchedJob();
    const closed = addStranger(stage);
    stage.fake.archiveProject(closed);
    const { code, text } = await told('share', finalModel, '--to', closed);
    expect(code).toBe(1);
    expect(text).toContain('Unarchive the project at OpenAI');
    stage.fake.calls.reset();
    await runTo(stage, 1, ['share', finalModel, '--to', closed]);
    expect(adminCalls(stage)).toEqual({ create: 1, list: 0, delete: 0 });
  });
});

describe('an admin key', () => {
  /** The same key with these scopes only; all where none is named. */
  const giveKey = (...scopes: readonly string[]) => {
    const { adminKey: value } = stage.sandbox.keys;
    stage.fake.addAdminKey(scopes.length === 0 ? { value } : { value, scopes });
  };

  it('without the scope that a grant takes is explained; once it has it, the very wish is carried out', async () => {
    giveKey('api.fine_tuning.checkpoints.read');
    const { finalModel } = stage.addUnwatchedJob();
    const refused = await run(stage, ['share', finalModel, '--to', 'prod-eu']);
    expect(refused).toMatchObject({ code: 1, document: { error: { name: 'AdminKeyError' } } });
    expect(refused.document.error.next).toContain('the scope api.fine_tuning.checkpoints.write');
    expect(atOpenAI(stage, finalModel)).toEqual([]);

    giveKey();
    const { permissions } = await runTo(stage, 0, ['share', finalModel, '--to', 'prod-eu']);
    expect(permissions).toMatchObject([{ projectId: EU, state: 'active' }]);
    expect(await tracked(stage, finalModel)).toEqual(atOpenAI(stage, finalModel));
  });

  it('that may not even look is explained with the secret that holds it, and looks at once when it may', async () => {
    const { finalModel } = stage.addUnwatchedJob();
    const granted = stage.fake.grant(finalModel, EU);
    giveKey('api.fine_tuning.checkpoints.write');
    const refused = await run(stage, ['adopt', granted.id, '--checkpoint', finalModel]);
    expect(refused).toMatchObject({ code: 1, document: { error: { name: 'MissingScopeError' } } });
    expect(refused.document.error.next).toContain('the scope api.fine_tuning.checkpoints.read');
    expect(refused.document.error.next).toContain(stage.sandbox.secretArns.adminKey);
    giveKey();
    await runTo(stage, 0, ['adopt', granted.id, '--checkpoint', finalModel]);
    expect(await tracked(stage, finalModel)).toEqual(atOpenAI(stage, finalModel));
  });
});
