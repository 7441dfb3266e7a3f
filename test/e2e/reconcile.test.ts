import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { changePermissions } from '../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../lambdas/core/model/permission.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { TARGETS } from '../sandbox/sandbox.ts';
import { openStage, postsFor, type Stage } from './stage.ts';

let stage: Stage;
let dynamo: DynamoDBClient;
beforeAll(async () => {
  stage = await openStage();
  dynamo = new DynamoDBClient(stage.cloud.client);
});
afterAll(async () => {
  dynamo.destroy();
  await stage.close();
});

const HOUR_MS = 60 * 60_000;
const AUTHOR = { actor: 'somebody', plan: null, now: Date.now };

/** Runs the CLI with `--json`. */
async function run(...args: string[]) {
  const { code, stdout, stderr } = await ckpt(stage.cloud, [...args, '--json']);
  return { code, document: JSON.parse(stdout), stderr };
}

/** Runs it, and expects that it ends well. */
async function settle(...args: string[]) {
  const { code, document, stderr } = await run('reconcile', '--wait', '--timeout', '100s', ...args);
  expect({ code, error: document.error, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return document;
}

/** Changes a checkpoint in the ledger behind the system's back. */
async function rewrite(checkpoint: string, change: (record: CheckpointRecord) => CheckpointRecord) {
  const ledger = createDynamoLedger(dynamo, stage.sandbox.outputs.LedgerTableName ?? '', AUTHOR);
  const before = await ledger.getCheckpoint(checkpoint);
  if (before === undefined) throw new Error(`The ledger has no ${checkpoint}`);
  expect(await ledger.saveCheckpoint(change(before), before)).toBe(true);
}

/** As if it had been shared an hour ago: a list is believed at once. */
const aged = (record: CheckpointRecord) =>
  changePermissions(record, Object.keys(record.permissions), (permission) => ({
    ...permission,
    askedAt: Date.now() - HOUR_MS,
    sharedAt: Date.now() - HOUR_MS,
  }));

const effects = () => {
  const { create, delete: deleted } = {
    create: stage.fake.calls.count({ endpoint: 'permissions.create' }),
    delete: stage.fake.calls.count({ endpoint: 'permissions.delete' }),
  };
  return { create, deleted };
};

describe('when every webhook was dropped', () => {
  it('everything is shared after one ckpt reconcile --wait, and a second one changes nothing', async () => {
    const jobs = [stage.addJob(2), stage.addJob(1)];
    const { permissions, waitingPlan } = await settle();
    expect(permissions).toMatchObject({ pending: 0, unknown: 0, revoking: 0 });
    expect(waitingPlan).toBeNull();
    for (const job of jobs) {
      const listed = await stage.listed(job.id);
      expect(listed.map(({ state }) => state)).toEqual(Array(job.checkpoints.length * 3).fill('active'));
      expect(postsFor(stage.fake, job)).toHaveLength(job.checkpoints.length);
    }
    stage.fake.calls.reset();
    await settle();
    expect(effects()).toEqual({ create: 0, deleted: 0 });
    expect((await run('plan')).code).toBe(0);
  });
});

describe('a plan', () => {
  it('has changes (2), is carried out as it was written, and is refused when it is not the plan any more', async () => {
    const job = stage.addJob(1);
    await settle();
    await rewrite(job.finalModel, (record) => changePermissions(record, [TARGETS['prod-eu']], () => undefined));
    const file = join(stage.cloud.directory, 'plan.json');
    const planned = await run('plan', '--out', file);
    expect(planned.code).toBe(2);
    expect(planned.document.counts).toMatchObject({ share: 1, revoke: 0 });
    expect(planned.document.calls).toMatchObject({ create: 1, list: 0, delete: 0 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(planned.document);

    stage.fake.calls.reset();
    expect((await run('apply')).document).toMatchObject({ error: { name: 'NoTerminalError' } });
    expect((await run('apply', file)).code).toBe(0);
    await settle();
    expect(postsFor(stage.fake, job)).toHaveLength(1);
    expect((await stage.listed(job.id)).map(({ state }) => state)).toEqual(Array(3).fill('active'));

    const again = await run('apply', file);
    expect(again).toMatchObject({ code: 1, document: { error: { name: 'PlanChangedError' } } });
    expect((await run('apply', '--confirm', 'feedc0de')).document.error.message).toMatch(/No plan waits/);
  });
});

describe('what somebody does behind its back', () => {
  it('a permission that was deleted is shared again, and a foreign one is left alone', async () => {
    const job = stage.addJob(1);
    await settle();
    await rewrite(job.finalModel, aged);
    stage.fake.addProject({ id: 'proj_Foreign0000000000' });
    const foreign = stage.fake.grant(job.finalModel, 'proj_Foreign0000000000');
    const [gone] = await stage.listed(job.id);
    stage.fake.revoke(job.finalModel, gone?.permissionId ?? '');
    stage.fake.calls.reset();

    await settle('--verify');
    const listed = await stage.listed(job.id);
    const repaired = listed.find(({ projectId }) => projectId === gone?.projectId);
    expect(repaired).toMatchObject({
      state: 'active',
      permissionId: expect.not.stringMatching(gone?.permissionId ?? ''),
    });
    expect(listed.find(({ permissionId }) => permissionId === foreign.id)?.state).toBe('foreign');
    expect(stage.fake.permissions(job.finalModel)).toContainEqual(foreign);
    expect(postsFor(stage.fake, job)).toHaveLength(1);
    expect(effects()).toEqual({ create: 1, deleted: 0 });
    const { verification } = (await run('status')).document;
    expect(verification.checkpoints).toBeGreaterThan(0);
  });
});

describe('a source whose key is dead', () => {
  it('fails the reconcile, which says so; everything else is done', async () => {
    stage.fake.revokeKey(stage.sandbox.keys.projectKey);
    const failed = await run('reconcile', '--wait', '--timeout', '100s');
    expect(failed).toMatchObject({ code: 1, document: { error: { name: 'ReconcileError' } } });
    expect(failed.document.error.message).toContain('research');
    const [source] = (await run('status')).document.sources;
    expect(source).toMatchObject({ alias: 'research', sweep: { error: expect.stringMatching(/./) } });
  });
});
