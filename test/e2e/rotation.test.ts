import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ROTATION_OUTPUT, SWEEP_KEYS } from '../../lambdas/shared/contract/names.ts';
import type { RotationName } from '../../lib/bundle.ts';
import type { FakeOpenAI } from '../fake-openai/fake-openai.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { invoke } from '../local-cloud/lambda.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { startSandboxOpenAI } from '../sandbox/openai.ts';
import { createKeys, deploySandbox, type Sandbox, SOURCE } from '../sandbox/sandbox.ts';
import { deliver } from '../sandbox/webhook.ts';
import { eventually } from './stage.ts';

const cloud: LocalCloud = { ...inject('cloud'), stop: async () => undefined };
const keys = createKeys();
const stackName = 'Rotating';

let fake: FakeOpenAI;
let sandbox: Sandbox;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  fake = await startSandboxOpenAI(keys);
  secrets = new SecretsManagerClient(cloud.client);
  const rotation = { adminKey: '60 days', projectKeys: '60 days', webhookSecrets: '90 days', grace: 0 };
  const context = { rotationSchedules: 'false' };
  sandbox = await deploySandbox(cloud, { openai: fake.url, stackName, keys, context, config: { rotation } });
});
afterAll(async () => {
  secrets.destroy();
  await fake.close();
});

const readValue = async (SecretId: string) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';

/** The four steps, as Secrets Manager would ask for them. */
async function rotate(name: RotationName, SecretId: string) {
  const ClientRequestToken = randomUUID();
  for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    const event = { Step, SecretId, ClientRequestToken };
    const { error } = await invoke(cloud, sandbox.outputs[ROTATION_OUTPUT[name]] ?? '', event);
    expect({ Step, error }).toEqual({ Step, error: null });
  }
}

async function sweep() {
  const { error } = await invoke(cloud, sandbox.outputs.KeysFunctionName ?? '', SWEEP_KEYS);
  expect(error).toBeNull();
}

/** A job that has ended is delivered, read and shared: with whatever keys are in the secrets. */
async function share() {
  const job = fake.addJob({ projectId: SOURCE.id, checkpoints: 1 });
  const secret = await readValue(sandbox.secretArns.webhookSecret);
  expect((await deliver(cloud, sandbox, fake, job.id, { secret })).status).toBe(200);
  const granted = await eventually(
    () => fake.permissions(job.finalModel),
    (all) => all.length === 3,
  );
  expect(granted).toHaveLength(3);
}

describe('driven by hand, with the rights of the functions, everything is rotated and goes on', () => {
  it('the admin key, whose old one is deleted by the next sweep', async () => {
    await rotate('rotate-admin-key', sandbox.secretArns.adminKey);
    const value = await readValue(sandbox.secretArns.adminKey);
    expect(value).not.toBe(keys.adminKey);
    await sweep();
    const left = fake.keysOf(null).map((key) => key.value);
    expect(left).toContain(value);
    expect(left).not.toContain(keys.adminKey);
    await share();
  });

  it('a project key that was made here, and not the one of a person that was there before', async () => {
    const event = { Step: 'createSecret', SecretId: sandbox.secretArns.projectKey, ClientRequestToken: randomUUID() };
    const refused = await invoke(cloud, sandbox.outputs[ROTATION_OUTPUT['rotate-project-key']] ?? '', event);
    expect(refused.error).toMatchObject({ message: expect.stringContaining('belongs to a person') });
    const create = ['project-keys', 'create', '--project', SOURCE.alias, '--service-account', 'ci', '--json'];
    const { stdout } = await ckpt(cloud, [...create, '--stack', stackName]);
    const made = await readValue(JSON.parse(stdout).secret);
    await secrets.send(new PutSecretValueCommand({ SecretId: sandbox.secretArns.projectKey, SecretString: made }));
    await rotate('rotate-project-key', sandbox.secretArns.projectKey);
    const value = await readValue(sandbox.secretArns.projectKey);
    expect(value).not.toBe(made);
    await sweep();
    const left = fake.keysOf(SOURCE.id).map((key) => key.value);
    expect(left).toContain(value);
    expect(left).not.toContain(made);
    await share();
  });

  it('a webhook secret: what is signed with the new one counts, and so does what is signed with the old one', async () => {
    const endpoint = fake.addWebhookEndpoint(SOURCE.id, {
      url: `${sandbox.outputs.WebhookUrl}/${SOURCE.alias}`,
      secret: keys.webhookSecret,
    });
    await rotate('rotate-webhook-secret', sandbox.secretArns.webhookSecret);
    const value = await readValue(sandbox.secretArns.webhookSecret);
    expect(endpoint.secrets.map((secret) => secret.value)).toEqual([value, keys.webhookSecret]);
    await share();
    const { id } = fake.addJob({ projectId: SOURCE.id, checkpoints: 1 });
    expect((await deliver(cloud, sandbox, fake, id)).status).toBe(200);
  });
});
