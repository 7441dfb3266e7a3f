import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANARY, KEY_CANARY } from '../ckpt/terraform/states.ts';
import { invoke } from '../local-cloud/lambda.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { runAll } from './cli.ts';
import { everyCommand } from './every-command.ts';
import { ledgerItems, openStage, type Stage, shared } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** All that the CLI says to these, for people and as JSON. */
async function saidTo(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
  const results = await runAll(
    stage,
    commands.flatMap((args) => [args, [...args, '--json']]),
  );
  return results.flatMap(({ stdout, stderr }) => [stdout, stderr]);
}

describe('the values of the secrets', () => {
  it('stand in no log line, no answer of the CLI and no item, whether things go well or badly', {
    timeout: 240_000,
  }, async () => {
    const { outputs, keys } = stage.sandbox;
    const job = stage.addJob(2);
    stage.fake.faults.queue('permissions.create', 'error-before', 'malformed');
    stage.fake.faults.queue('jobs.get', 'error-before');
    await stage.deliver(job.id, { forgery: 'changed-body' });
    await stage.deliver(job.id);
    await invoke(stage.cloud, outputs.ReconcileFunctionName ?? '');
    await shared(stage, job.id, 0);
    const commands = (await everyCommand(stage, job, '2s')).map(({ args }) => args);
    const pasted = [
      ['share', keys.adminKey, '--to', 'prod-eu'],
      ['show', keys.webhookSecret],
      ['adopt', keys.projectKey, '--checkpoint', job.finalModel],
      ['list', '--project', keys.adminKey],
      ['pause', '--rule', keys.adminKey],
    ];
    const well = await saidTo([...commands, ['reconcile', '--wait', '--timeout', '3s']]);
    stage.fake.revokeKey(keys.projectKey);
    stage.fake.revokeKey(keys.adminKey);
    expect((await invoke(stage.cloud, outputs.ReconcileFunctionName ?? '')).error).not.toBeNull();
    await invoke(stage.cloud, outputs.ShareFunctionName ?? '');
    const badly = await saidTo([...commands, ['reconcile', '--wait', '--timeout', '3s'], ...pasted]);

    const functions = Object.entries(outputs).filter(([name]) => name.endsWith('FunctionName'));
    expect(functions).toHaveLength(7);
    const logs = await Promise.all(functions.map(([, name]) => functionLogs(stage.cloud, name)));
    for (const lines of logs) expect(lines.length).toBeGreaterThan(0);
    const items = await ledgerItems(stage);
    expect(items.length).toBeGreaterThan(10);
    const made = [null, SOURCE.id].flatMap((projectId) => stage.fake.keysOf(projectId).map(({ value }) => value));
    // Of each kind one by a person and one by the CLI.
    expect(made).toHaveLength(4);
    const known = Object.values(keys).map((value) => value.replace('whsec_', ''));
    const secrets = [...known, ...made, CANARY, KEY_CANARY];
    for (const secret of secrets) {
      for (const text of [...logs.flat(), ...well, ...badly, ...items])
        expect(text.includes(secret) ? text : '').toBe('');
    }
  });
});
