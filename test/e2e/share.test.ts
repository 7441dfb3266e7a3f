import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoke } from '../local-cloud/lambda.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { metricsIn } from '../metrics/told.ts';
import { TARGETS } from '../sandbox/sandbox.ts';
import { eventually, openStage, postsFor, type Stage, shared } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('a finished job, on the deployed stack', () => {
  it('is shared with every target by one POST a checkpoint and no LIST, and its ids are recorded', async () => {
    const job = stage.addJob(3);
    expect((await stage.deliver(job.id)).status).toBe(200);

    const listed = await shared(stage, job.id, 9);
    expect(listed.map(({ state }) => state)).toEqual(Array(9).fill('active'));
    expect(postsFor(stage.fake, job)).toHaveLength(3);
    expect(stage.fake.calls.count({ endpoint: 'permissions.list' })).toBe(0);
    for (const { checkpoint, projectId, project, permissionId, ...rest } of listed) {
      const actual = stage.fake.permissions(checkpoint).find((permission) => permission.projectId === projectId);
      expect(permissionId).toBe(actual?.id);
      expect(TARGETS[project as keyof typeof TARGETS]).toBe(projectId);
      expect(rest).toMatchObject({
        jobId: job.id,
        source: 'research',
        rule: 'every checkpoint to everybody',
        origin: 'policy',
        reason: null,
        verifiedAt: null,
        expiresAt: null,
      });
      // OpenAI counts in whole seconds.
      expect(Date.parse(rest.sharedAt ?? '')).toBe(Math.floor((actual?.createdAt ?? 0) / 1000) * 1000);
    }
    expect(stage.fake.unexpected).toEqual([]);
  });

  it('is in the logs of the functions as metrics, from the webhook to the permissions', async () => {
    const job = stage.addJob(1);
    await stage.deliver(job.id);
    await shared(stage, job.id, 3);
    const told = async () => {
      const { WebhookFunctionName, ObserveFunctionName, ShareFunctionName } = stage.sandbox.outputs;
      const names = [WebhookFunctionName, ObserveFunctionName, ShareFunctionName];
      const logs = await Promise.all(names.map((name = '') => functionLogs(stage.cloud, name)));
      const lines = logs.flat().filter((line) => line.startsWith('{') && line.includes(`"${job.id}"`));
      return lines.flatMap((line) => metricsIn(JSON.parse(line))).map((metric) => metric.replace(/ [\d.]+$/, ''));
    };
    const wanted = ['JobToPermission', 'ObserveLag', 'Permissions{Act=shared}', 'Webhooks{Result=accepted}'];
    expect((await eventually(told, (found) => found.length >= wanted.length)).toSorted()).toEqual(wanted);
  });

  it('is shared once, although its webhook comes five times and a second event tells of it again', async () => {
    const job = stage.addJob(1);
    const first = await stage.deliver(job.id);
    const again = await Promise.all(Array.from({ length: 4 }, () => stage.deliver(job.id, first.sent)));
    expect([first, ...again].map(({ status }) => status)).toEqual(Array(5).fill(200));
    await shared(stage, job.id, 3);
    expect((await stage.deliver(job.id)).status).toBe(200);

    await invoke(stage.cloud, stage.sandbox.outputs.ShareFunctionName ?? '');
    expect(postsFor(stage.fake, job)).toHaveLength(1);
    expect(stage.fake.permissions(job.finalModel)).toHaveLength(3);
  });

  it('that no webhook told of is found by the sweep', async () => {
    const job = stage.addJob(2);
    const swept = await invoke(stage.cloud, stage.sandbox.outputs.ReconcileFunctionName ?? '');
    expect(swept.error).toBeNull();
    expect(await shared(stage, job.id, 6)).toHaveLength(6);
    expect(postsFor(stage.fake, job)).toHaveLength(2);
  });

  it('that failed is recorded, and nothing of it is shared', async () => {
    const job = stage.addJob(1, 'failed');
    const answer = await stage.deliver(job.id, { event: { type: 'fine_tuning.job.failed', jobId: job.id } });
    expect(answer.status).toBe(200);
    const after = stage.addJob(1);
    await stage.deliver(after.id);
    await shared(stage, after.id, 3);
    expect(await stage.listed(job.id)).toEqual([]);
    expect(postsFor(stage.fake, job)).toEqual([]);
  });
});
