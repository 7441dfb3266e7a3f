import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnew } from '../local-cloud/lambda.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { reachStack } from '../sandbox/webhook.ts';
import { personWho, run, runTo } from './cli.ts';
import { openStage, type Stage, shared } from './stage.ts';

const CONNECT = ['sources', 'connect', SOURCE.alias, '--timeout', '100s'];
const DISCONNECT = ['sources', 'disconnect', SOURCE.alias, '--yes'];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  reachStack(stage.cloud, stage.sandbox, stage.fake);
});
afterAll(async () => {
  const { cloud, sandbox } = stage;
  const client = new SecretsManagerClient(cloud.client);
  const was = { SecretId: sandbox.secretArns.webhookSecret, SecretString: sandbox.keys.webhookSecret };
  await client.send(new PutSecretValueCommand(was)).finally(() => client.destroy());
  await startAnew(cloud, sandbox.outputs.WebhookFunctionName ?? '');
  await stage.close();
});

const endpoints = () => stage.fake.webhookEndpoints(SOURCE.id);

/** A job ends, and OpenAI tells of it wherever it was asked to. */
async function jobEnds() {
  const job = stage.addJob(1);
  const told = await stage.fake.deliverToEndpoints({ type: 'fine_tuning.job.succeeded', jobId: job.id });
  return { job, statuses: told.map(({ status }) => status) };
}

describe('a source', () => {
  it('is connected by whoever may ask the keys function, and by nobody else', async () => {
    const operatorAlone = await personWho(stage, 'operator-alone', 'lambda:InvokeFunction');
    const { code, document } = await run(stage, CONNECT, operatorAlone);
    expect({ code, endpoints: endpoints() }).toEqual({ code: 1, endpoints: [] });
    expect(JSON.stringify(document)).toContain(`${stage.sandbox.stackName}-keys`);
  });

  it('is connected by one command, and its webhooks are taken and shared', async () => {
    const connected = await runTo(stage, 0, CONNECT);
    const [endpoint] = endpoints();
    const url = `${stage.sandbox.outputs.WebhookUrl}/${SOURCE.alias}`;
    expect(connected).toMatchObject({ webhookEndpointId: endpoint?.id, url, keyless: false, changed: true });
    const { job, statuses } = await jobEnds();
    expect(statuses).toEqual([200]);
    expect(await shared(stage, job.id, 3)).toHaveLength(3);
  });

  it('stays as it is when it is connected again', async () => {
    const before = structuredClone(endpoints());
    expect(await runTo(stage, 0, CONNECT)).toMatchObject({ changed: false });
    expect(endpoints()).toEqual(before);
    const { sources } = await runTo(stage, 0, ['status']);
    expect(sources).toMatchObject([{ webhookEndpoint: null }]);
  });

  it('whose endpoint somebody has deleted is found by status, and connected again', async () => {
    await runTo(stage, 0, DISCONNECT);
    const { sources } = await runTo(stage, 0, ['status']);
    expect(sources[0].webhookEndpoint).toContain(`ckpt sources connect ${SOURCE.alias}`);
    expect(await runTo(stage, 0, CONNECT)).toMatchObject({ changed: true });
    expect((await jobEnds()).statuses).toEqual([200]);
  });

  it('is disconnected, once', async () => {
    expect(await runTo(stage, 0, DISCONNECT)).toMatchObject({ changed: true });
    expect(await runTo(stage, 0, DISCONNECT)).toMatchObject({ changed: false, webhookEndpointId: null });
    expect(endpoints()).toEqual([]);
    expect(JSON.stringify(await runTo(stage, 0, ['events']))).toContain('source-disconnected');
  });
});
