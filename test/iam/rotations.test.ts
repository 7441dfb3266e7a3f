import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoKeyLedger } from '../../lambdas/adapters/ledger/dynamo-key-ledger.ts';
import { createDispatcher } from '../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../lambdas/adapters/openai/http.ts';
import { createKeysApi } from '../../lambdas/adapters/openai/keys.ts';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import type { Log } from '../../lambdas/core/ports/runtime.ts';
import {
  ADMIN_KEY_SETTINGS,
  PROJECT_KEY_SETTINGS,
  type Rotate,
  WEBHOOK_SECRET_SETTINGS,
  wireAdminKey,
  wireProjectKey,
  wireWebhookSecret,
} from '../../lambdas/rotate/wire.ts';
import { ENV, OUTPUT, ROTATION_OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { readEnv } from '../../lambdas/shared/runtime/env.ts';
import { ROTATIONS, type RotationName } from '../../lib/bundle.ts';
import { type AwsCall, awsError, type Reply } from '../adapters/secrets/aws-server.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../fake-openai/fake-openai.ts';
import { startAccount } from '../shared/aws-account.ts';
import { environmentOf } from '../stack/on-aws.ts';
import { functionOf } from '../stack/reading.ts';
import { policyOf, synthesize } from '../stack/synthesize.ts';
import { recordLog } from '../use-cases/scene.ts';
import { isAllowed, type Request } from './evaluate.ts';
import { requestsOf } from './requests.ts';
import { grantsOf, roleOf } from './roles.ts';
import { createSecretsManager } from './secrets-manager.ts';

const STACK = 'CheckpointSharing';
const YAML = `
version: 1
openai: { adminRequestsPerMinute: 600 }
rotation: { adminKey: 60 days, projectKeys: 60 days, webhookSecrets: 90 days, grace: 0 }
projects:
  research: { id: proj_RESEARCH, source: {} }
`;
const { template } = synthesize(YAML);
const environment = (name: RotationName) => environmentOf(template, STACK, ROTATION_OUTPUT[name]);
const role = (name: RotationName) =>
  roleOf(template, STACK, functionOf(template, ROTATION_OUTPUT[name]).Role['Fn::GetAtt'][0] ?? '');
const idIn = (output: string, variable: string): string =>
  JSON.parse(environmentOf(template, STACK, output)[variable] ?? '{}').research;

const ARN: Readonly<Record<RotationName, string>> = {
  'rotate-admin-key': environment('rotate-admin-key')[ENV.adminKeySecret] ?? '',
  'rotate-project-key': idIn(OUTPUT.observeFunction, ENV.projectKeySecrets),
  'rotate-webhook-secret': idIn(OUTPUT.webhookFunction, ENV.webhookSecrets),
};
const WIRES: Readonly<Record<RotationName, (env: Record<string, string>, policy: Policy, log: Log) => Rotate>> = {
  'rotate-admin-key': (env, ...rest) => wireAdminKey(readEnv(ADMIN_KEY_SETTINGS, env), ...rest),
  'rotate-project-key': (env, ...rest) => wireProjectKey(readEnv(PROJECT_KEY_SETTINGS, env), ...rest),
  'rotate-webhook-secret': (env, ...rest) => wireWebhookSecret(readEnv(WEBHOOK_SECRET_SETTINGS, env), ...rest),
};

const TOKENS = ['second', 'third'].map((name) => `${name}-0000-4000-8000-000000000000`);
const MAKES = {
  'rotate-admin-key': 'admin_keys.create',
  'rotate-project-key': 'service_accounts.create_key',
  'rotate-webhook-secret': 'webhook_endpoints.rotate_secret',
} as const;

let fake: FakeOpenAI;
let aws: Awaited<ReturnType<typeof startAccount>>;
let secrets: ReturnType<typeof createSecretsManager>;
let acting: RotationName | null = null;
const asked: { readonly name: RotationName; readonly request: Request; readonly allowed: boolean }[] = [];

/** With the rights of whoever acts just now. */
function judge(call: AwsCall): Reply | undefined {
  const name = acting;
  if (name === null) return undefined;
  const verdicts = requestsOf(call).map((request) => ({ name, request, allowed: isAllowed(role(name), request) }));
  asked.push(...verdicts);
  if (verdicts.some(({ allowed }) => !allowed)) return awsError('AccessDeniedException', `${name} may not`);
  return secrets.answer(call);
}

beforeAll(async () => {
  fake = await startFakeOpenAI();
  fake.addProject({ id: 'proj_RESEARCH' });
  const url = `${environment('rotate-webhook-secret')[ENV.webhookUrl]}/research`;
  const endpoint = fake.addWebhookEndpoint('proj_RESEARCH', { url });
  aws = await startAccount({}, judge);
  secrets = createSecretsManager({
    [ARN['rotate-admin-key']]: fake.adminKey,
    [ARN['rotate-project-key']]: await aProjectKey(),
    [ARN['rotate-webhook-secret']]: endpoint.secrets[0]?.value ?? '',
  });
});
afterAll(async () => {
  await aws.close();
  await fake.close();
});

/** Made here, of a service account: the ledger knows what it may do. */
async function aProjectKey(): Promise<string> {
  const key = async () => fake.adminKey;
  const http = createHttp({ baseUrl: fake.url, key, dispatcher: createDispatcher(), clock: Date.now });
  const api = createKeysApi(http);
  const { id } = await api.createServiceAccount('proj_RESEARCH', 'ci');
  await api.setRole('proj_RESEARCH', id, 'member');
  const made = await api.createProjectKey('proj_RESEARCH', id, { name: 'ci', scopes: null, expiresInSeconds: null });
  const { [ENV.ledgerTable]: table = '' } = environment('rotate-project-key');
  await createDynamoKeyLedger(new DynamoDBClient({}), table).saveKey({
    ...{ id: 'by hand', version: 0, kind: 'project', name: 'ci', projectId: 'proj_RESEARCH', serviceAccountId: id },
    ...{ secretId: null, scopes: null, state: 'made', keyId: made.id, sameName: [], notedAt: 0, expiresAt: null },
    ...{ deleteAt: null, by: 'jane' },
  });
  return made.value;
}

async function step(name: RotationName, Step: string, ClientRequestToken?: string) {
  acting = name;
  const policy = policyOf(YAML);
  const deployed = { ...policy, openai: { ...policy.openai, baseUrl: fake.url } };
  const rotate = WIRES[name](environment(name), deployed, recordLog().log);
  try {
    await rotate({ Step, SecretId: ARN[name], ClientRequestToken }, `request-${asked.length}`);
  } finally {
    acting = null;
  }
}

describe('in its life no rotation is denied what it comes to need, and every right comes to be used', () => {
  it.each(ROTATIONS)('%s', async (name) => {
    const before = secrets.current(ARN[name]);
    fake.faults.queue(MAKES[name], 'reset-after');
    await expect(step(name, 'createSecret', TOKENS[0])).rejects.toThrow();
    for (const token of TOKENS) {
      for (const each of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) await step(name, each, token);
    }
    expect(secrets.current(ARN[name])).not.toBe(before);
    const mine = asked.filter((each) => each.name === name);
    expect(mine.filter(({ allowed }) => !allowed)).toEqual([]);
    const unused = grantsOf(role(name)).filter(
      (grant) => !grant.action.startsWith('logs:') && !mine.some(({ request }) => isBy(grant, request)),
    );
    expect(unused).toEqual([]);
  });
});

function isBy(grant: Request, { action, resource, context }: Request): boolean {
  if (grant.action !== action || grant.resource !== resource) return false;
  return Object.entries(grant.context).every(([key, [value = '']]) => context[key]?.includes(value));
}
