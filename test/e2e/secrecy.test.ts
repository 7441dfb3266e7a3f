import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoke } from '../local-cloud/lambda.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { openStage, type Stage, shared } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('the values of the secrets', () => {
  it('stand in no log line and in no answer of the CLI, whether things go well or badly', async () => {
    const { outputs, keys } = stage.sandbox;
    const job = stage.addJob(2);
    stage.fake.faults.queue('permissions.create', 'error-before', 'malformed');
    stage.fake.faults.queue('jobs.get', 'error-before');
    await stage.deliver(job.id, { forgery: 'changed-body' });
    await stage.deliver(job.id);
    await invoke(stage.cloud, outputs.ReconcileFunctionName ?? '');
    await shared(stage, job.id, 0);
    stage.fake.revokeKey(keys.projectKey);
    stage.fake.revokeKey(keys.adminKey);
    expect((await invoke(stage.cloud, outputs.ReconcileFunctionName ?? '')).error).not.toBeNull();
    await invoke(stage.cloud, outputs.ShareFunctionName ?? '');

    const functions = Object.entries(outputs).filter(([name]) => name.endsWith('FunctionName'));
    expect(functions).toHaveLength(5);
    const logs = await Promise.all(functions.map(([, name]) => functionLogs(stage.cloud, name)));
    for (const lines of logs) expect(lines.length).toBeGreaterThan(0);
    const answers = await Promise.all(
      [
        ['list'],
        ['list', '--json'],
        ['status'],
        ['status', '--json'],
        ['plan'],
        ['reconcile', '--wait', '--timeout', '5s'],
      ].map((args) => ckpt(stage.cloud, args)),
    );
    const said = [...logs.flat(), ...answers.flatMap(({ stdout, stderr }) => [stdout, stderr])].join('\n');
    for (const value of Object.values(keys)) {
      expect(said.includes(value.replace('whsec_', ''))).toBe(false);
    }
  });
});
