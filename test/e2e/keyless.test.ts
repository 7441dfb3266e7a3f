import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { FakeOpenAI } from '../fake-openai/fake-openai.ts';
import { AUDIENCE } from '../fake-openai/identity-tokens.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { invoke } from '../local-cloud/lambda.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { startSandboxOpenAI } from '../sandbox/openai.ts';
import { createKeys, deploySandbox, type Sandbox, SOURCE } from '../sandbox/sandbox.ts';
import { deliver, reachStack } from '../sandbox/webhook.ts';
import { eventually } from './stage.ts';

const cloud: LocalCloud = { ...inject('cloud'), stop: async () => undefined };
const keys = createKeys();
const stackName = 'Keyless';
const FUNCTIONS = ['Observe', 'Reconcile', 'Operator', 'Keys'];

let fake: FakeOpenAI;
let sandbox: Sandbox;
/** All that the command line has said. */
const said: string[] = [];
/** All that OpenAI has given, but for those of the end. */
let tokens: readonly string[] = [];
beforeAll(async () => {
  // The local cloud signs with a secret of its own, and vouches for the account instead of the role.
  fake = await startSandboxOpenAI(keys, { quirks: { identityVerification: 'none', rootStandsForAnyRole: true } });
  sandbox = await deploySandbox(cloud, {
    openai: fake.url,
    stackName,
    keys,
    config: ({ openai, projects }) => ({
      openai: { ...openai, tokenUrl: fake.tokenUrl },
      projects: { ...projects, [SOURCE.alias]: { id: SOURCE.id, source: { workloadIdentity: {} } } },
    }),
  });
  reachStack(cloud, sandbox, fake);
  // The only key of the source project: nobody is to need it.
  fake.revokeKey(keys.projectKey);
});
afterAll(() => fake.close());

async function run(...args: readonly string[]) {
  const { code, stdout, stderr } = await ckpt(cloud, [...args, '--stack', stackName, '--json']);
  said.push(stdout, stderr);
  return { code, document: JSON.parse(stdout) };
}
const CONNECT = ['sources', 'connect', SOURCE.alias, '--timeout', '100s'];
const DISCONNECT = ['sources', 'disconnect', SOURCE.alias, '--yes'];
const found = async () => {
  const { document } = await run('doctor');
  const findings = document.findings as readonly {
    readonly check: string;
    readonly state: string;
    readonly mend: string;
  }[];
  return findings.filter(({ check }) => check === `workload-identity ${SOURCE.alias}`);
};
const shared = (model: string) =>
  eventually(
    () => fake.permissions(model),
    (all) => all.length === 3,
  );

async function roleOf(fn: string): Promise<string> {
  const lambda = new LambdaClient(cloud.client);
  const { Role = '' } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: sandbox.outputs[`${fn}FunctionName`] }),
  );
  lambda.destroy();
  return Role;
}

describe('a source without a stored key', () => {
  it('is told of as not connected, and how to connect it', async () => {
    expect(await found()).toContainEqual(
      expect.objectContaining({ state: 'bad', mend: expect.stringContaining(`ckpt sources connect ${SOURCE.alias}`) }),
    );
    expect((await invoke(cloud, sandbox.outputs.ReconcileFunctionName ?? '')).error).not.toBeNull();
  });

  it('is connected by one command: a provider, an account, and a rule for each role', async () => {
    expect(await run(...CONNECT)).toMatchObject({ code: 0, document: { keyless: true, changed: true } });
    expect(fake.identityProviders()).toMatchObject([{ issuer: 'https://sts.amazonaws.com', audience: AUDIENCE }]);
    expect(fake.serviceAccounts(SOURCE.id)).toMatchObject([{ role: 'member' }]);
    const roles = await Promise.all(FUNCTIONS.map(roleOf));
    expect(fake.federationRules().map(({ matchers }) => matchers)).toEqual(
      expect.arrayContaining(roles.map((sub) => ({ sub }))),
    );
    expect(fake.federationRules()).toHaveLength(roles.length);
  });

  it('stays as it is when it is connected again', async () => {
    const before = structuredClone([
      fake.identityProviders(),
      fake.federationRules(),
      fake.webhookEndpoints(SOURCE.id),
    ]);
    expect(await run(...CONNECT)).toMatchObject({ code: 0, document: { keyless: true, changed: false } });
    expect([fake.identityProviders(), fake.federationRules(), fake.webhookEndpoints(SOURCE.id)]).toEqual(before);
    expect((await found()).map(({ state }) => state)).toEqual(Array(5).fill('good'));
  });

  it('is observed and swept, with no key at all', async () => {
    const told = fake.addJob({ projectId: SOURCE.id, checkpoints: 1 });
    const [endpoint] = fake.webhookEndpoints(SOURCE.id);
    const secret = endpoint?.secrets[0]?.value ?? '';
    expect((await deliver(cloud, sandbox, fake, told.id, { secret })).status).toBe(200);
    expect(await shared(told.finalModel)).toHaveLength(3);
    const missed = fake.addJob({ projectId: SOURCE.id, checkpoints: 1 });
    expect((await invoke(cloud, sandbox.outputs.ReconcileFunctionName ?? '')).error).toBeNull();
    expect(await shared(missed.finalModel)).toHaveLength(3);
  });

  it('is disconnected, and nothing is left of it', async () => {
    tokens = fake.tokens().map(({ value }) => value);
    expect(await run(...DISCONNECT)).toMatchObject({ code: 0, document: { keyless: true, changed: true } });
    expect(await run(...DISCONNECT)).toMatchObject({ code: 0, document: { keyless: true, changed: false } });
    expect([fake.identityProviders(), fake.serviceAccounts(SOURCE.id), fake.webhookEndpoints(SOURCE.id)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('has no token, and no identity, in a log, an item or an answer', async () => {
    const logs = await Promise.all(
      FUNCTIONS.map((fn) => functionLogs(cloud, sandbox.outputs[`${fn}FunctionName`] ?? '')),
    );
    for (const lines of logs) expect(lines.length).toBeGreaterThan(0);
    const dynamo = new DynamoDBClient(cloud.client);
    const pages = paginateScan({ client: dynamo }, { TableName: sandbox.outputs.LedgerTableName });
    const items = (await Array.fromAsync(pages, ({ Items = [] }) => Items)).flat().map((item) => JSON.stringify(item));
    dynamo.destroy();
    expect(tokens.length).toBeGreaterThan(2);
    for (const text of [...logs.flat(), ...items, ...said]) {
      expect([...tokens, 'eyJ'].filter((secret) => text.includes(secret))).toEqual([]);
    }
  });
});
