import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { FakeOpenAI } from '../fake-openai/fake-openai.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { deployStack, destroyStack } from '../local-cloud/deploy.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { startSandboxOpenAI } from '../sandbox/openai.ts';
import { createKeys, deploySandbox, type Sandbox, SOURCE } from '../sandbox/sandbox.ts';
import { deliver } from '../sandbox/webhook.ts';
import { eventually, type ListedPermission } from './stage.ts';

const cloud: LocalCloud = { ...inject('cloud'), stop: async () => undefined };
const keys = createKeys();
const stackName = 'Again';

let fake: FakeOpenAI;
beforeAll(async () => {
  fake = await startSandboxOpenAI(keys);
});
afterAll(() => fake.close());

/** Delivers a job that has ended to the stack, and waits until it is shared with all three targets. */
async function share(sandbox: Sandbox): Promise<string> {
  const job = fake.addJob({ projectId: SOURCE.id, checkpoints: 1 });
  expect((await deliver(cloud, sandbox, fake, job.id)).status).toBe(200);
  const isShared = (all: readonly ListedPermission[]) => all.filter(({ jobId }) => jobId === job.id).length === 3;
  await eventually(list, (all) => isShared(all) && all.every(({ state }) => state === 'active'));
  return job.finalModel;
}

async function list(): Promise<readonly ListedPermission[]> {
  const { stdout } = await ckpt(cloud, ['list', '--stack', stackName, '--json']);
  return JSON.parse(stdout);
}

it('a stack that is destroyed leaves its ledger, and one that is deployed with it goes on with it', async () => {
  const context = { retain: 'true' };
  const first = await deploySandbox(cloud, { openai: fake.url, stackName, keys, context });
  const before = await share(first);
  const known = await list();
  const config = join(cloud.directory, `${stackName}.yaml`);
  const settings = { ...context, config, stackName, synthesizer: 'cli-credentials' };
  await destroyStack(cloud, { stackName, context: settings });

  const ledgerTable = first.outputs.LedgerTableName ?? '';
  const outputs = await deployStack(cloud, { stackName, context: { ...settings, ledgerTable } });
  expect(outputs.LedgerTableName).toBe(ledgerTable);
  expect(await list()).toEqual(known);
  const after = await share({ ...first, outputs });
  expect(await list()).toHaveLength(6);
  for (const model of [before, after]) expect(fake.permissions(model)).toHaveLength(3);
  expect(fake.calls.count({ endpoint: 'permissions.create' })).toBe(2);
}, 240_000);
