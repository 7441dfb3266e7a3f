import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { keysFunctionName, operatorFunctionName } from '../../lambdas/shared/contract/names.ts';
import { expectDocument } from '../ckpt/published-schema.ts';
import type { FakeOpenAI } from '../fake-openai/fake-openai.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { createUser } from '../local-cloud/iam-user.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { runKilled } from '../sandbox/killed-ckpt.ts';
import { startSandboxOpenAI } from '../sandbox/openai.ts';
import { createKeys, deployEmptySandbox, type EmptySandbox, SOURCE } from '../sandbox/sandbox.ts';
import { reachStack } from '../sandbox/webhook.ts';
import { checkout, deploySteps } from './readme-steps.ts';
import { itemsOf, readSecret } from './stored.ts';

const cloud: LocalCloud = { ...inject('cloud'), stop: async () => undefined };
const keys = createKeys();

interface Deployed extends EmptySandbox {
  readonly fake: FakeOpenAI;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly finalModel: string;
}

/** A stack with empty secrets, an OpenAI with a job that has ended, and a person with the rights that a setup takes. */
async function deployed(
  stackName: string,
  deploy = (openai: string): Promise<EmptySandbox> => deployEmptySandbox(cloud, { openai, stackName }),
): Promise<Deployed> {
  const fake = await startSandboxOpenAI(keys);
  const { finalModel } = fake.addJob({ projectId: SOURCE.id, checkpoints: 1 });
  const sandbox = await deploy(fake.url);
  reachStack(cloud, sandbox, fake);
  const functions = [operatorFunctionName, keysFunctionName].map(
    (nameOf) => `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${nameOf(stackName)}`,
  );
  const { credentials } = await createUser(cloud, `${stackName}-installer`, [
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functions },
    { Effect: 'Allow', Action: 'secretsmanager:PutSecretValue', Resource: sandbox.outputs.AdminKeySecretArn ?? '' },
  ]);
  const env = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
  return { ...sandbox, fake, env, finalModel, args: ['setup', '--admin-key-stdin', '--stack', stackName, '--json'] };
}

let atOnce: Deployed;
/** What is left of the README's steps when the stack is deployed. */
let setUp: (options: string) => ReturnType<typeof ckpt>;
let piecemeal: Deployed;

/** By the steps of the README, in their order, up to the last. */
async function deployAsTheReadmeHasIt(openai: string): Promise<EmptySandbox> {
  const stackName = 'SetUpAtOnce';
  const [there, steps] = await Promise.all([checkout(cloud, openai, stackName), deploySteps()]);
  for (const step of steps.slice(0, -1)) {
    const { code, stderr } = await there.type(step);
    expect({ step, code }, stderr).toEqual({ step, code: 0 });
  }
  setUp = (options) => there.type(`${steps.at(-1)} ${options}`, atOnce.env, keys.adminKey);
  return { stackName, outputs: await there.outputs() };
}

beforeAll(async () => {
  atOnce = await deployed('SetUpAtOnce', deployAsTheReadmeHasIt);
  piecemeal = await deployed('SetUpPiecemeal');
}, 480_000);
afterAll(() => Promise.all([atOnce.fake.close(), piecemeal.fake.close()]));

/** What a setup ends with: a shared checkpoint, one key, one endpoint, and each secret with what belongs there. */
async function expectSetUp({ fake, outputs, finalModel }: Deployed): Promise<void> {
  expect(fake.permissions(finalModel)).toHaveLength(3);
  const made = fake.keysOf(SOURCE.id).filter(({ owner }) => owner.type === 'service_account');
  const [endpoint, ...doubles] = fake.webhookEndpoints(SOURCE.id);
  const stored = await Promise.all(
    ['ProjectKey', 'WebhookSecret'].map((kind) => {
      const [, arn = ''] = Object.entries(outputs).find(([name]) => name.includes(kind)) ?? [];
      return readSecret(cloud, arn);
    }),
  );
  expect(stored).toEqual([made[0]?.value, endpoint?.secrets[0]?.value]);
  expect({ made: made.length, doubles }).toEqual({ made: 1, doubles: [] });
  expect(await readSecret(cloud, outputs.AdminKeySecretArn ?? '')).toBe(keys.adminKey);
}

interface Findings {
  readonly ok: boolean;
  readonly findings: readonly { readonly state: string; readonly message: string }[];
}

/** What the end prints: the document of a doctor that has nothing to say. */
function expectGreen(stdout: string): void {
  const document: Findings = JSON.parse(stdout);
  expectDocument('setup', document);
  expect(document.findings.filter(({ state }) => state !== 'good')).toEqual([]);
}

describe('ckpt setup', () => {
  it('is the last step of the README, and ends in one go with a shared checkpoint, by whoever may ask both functions and put one secret in', {
    timeout: 240_000,
  }, async () => {
    const { args, env } = atOnce;
    const { code, stdout, stderr } = await setUp(args.slice(1).join(' '));
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expectGreen(stdout);
    await expectSetUp(atOnce);

    const changes = () => atOnce.fake.calls.all.filter(({ method }) => method === 'POST').length;
    const before = changes();
    const again = await ckpt(cloud, ['setup', '--stack', atOnce.stackName, '--json'], env);
    expect({ code: again.code, changes: changes() }).toEqual({ code: 0, changes: before });
    await expectSetUp(atOnce);

    const other = atOnce.fake.addAdminKey().value;
    expect((await ckpt(cloud, args, env, 'sk-admin-wrong-wrong-wrong-wrong')).code).toBe(1);
    expect((await ckpt(cloud, [...args, '--yes'], env, 'sk-admin-wrong-wrong-wrong-wrong')).code).toBe(1);
    await expectSetUp(atOnce);
    expect((await ckpt(cloud, [...args, '--yes'], env, other)).code).toBe(0);
    expect(await readSecret(cloud, atOnce.outputs.AdminKeySecretArn ?? '')).toBe(other);
  });

  it('ends the same when it is killed at every call, and no key is ever anywhere but in its secret', {
    timeout: 480_000,
  }, async () => {
    const { args, env, fake, outputs } = piecemeal;
    const said: string[] = [];
    for (let at = 1; ; at++) {
      const { wasKilled, code, stdout, stderr, processes } = await runKilled(cloud, {
        args,
        env,
        input: keys.adminKey,
        at,
      });
      said.push(stdout, stderr, processes);
      expect(wasKilled ? 0 : code, stderr).toBe(0);
      if (wasKilled) {
        expect(processes).toContain('setup --admin-key-stdin');
        continue;
      }
      expectGreen(stdout);
      expect(at).toBeGreaterThan(10);
      break;
    }
    await expectSetUp(piecemeal);

    const functions = Object.entries(outputs).filter(([name]) => name.endsWith('FunctionName'));
    const logs = await Promise.all(functions.map(([, name]) => functionLogs(cloud, name)));
    const items = await itemsOf(cloud, outputs.LedgerTableName ?? '');
    const values = [keys.adminKey, ...fake.keysOf(SOURCE.id).map(({ value }) => value)];
    const secrets = fake.webhookEndpoints(SOURCE.id).flatMap((endpoint) => endpoint.secrets.map(({ value }) => value));
    for (const value of [...values, ...secrets.map((each) => each.replace('whsec_', ''))]) {
      for (const line of [...said, ...logs.flat(), ...items]) expect(line.includes(value) ? line : '').toBe('');
    }
  });
});
