import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { stringify } from 'yaml';
import { createWebhookSecret } from '../fake-openai/webhook.ts';
import type { Listener } from '../local-cloud/cdk.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { deployStack } from '../local-cloud/deploy.ts';

export const SOURCE = { alias: 'research', id: 'proj_Research0000000000' } as const;

export const TARGETS = {
  'prod-eu': 'proj_ProdEu000000000000',
  'prod-us': 'proj_ProdUs000000000000',
  staging: 'proj_Staging00000000000',
} as const;

/** The secret values that a sandbox is made with: plain to tell apart, and to find where they must not be. */
export interface SandboxKeys {
  readonly adminKey: string;
  readonly projectKey: string;
  readonly webhookSecret: string;
}

export function createKeys(): SandboxKeys {
  const random = () => randomBytes(24).toString('base64url');
  return {
    adminKey: `sk-admin-${random()}`,
    projectKey: `sk-proj-${random()}`,
    webhookSecret: createWebhookSecret(),
  };
}

/** A stack that is deployed in a local cloud and speaks to a fake OpenAI. Plain data: it can be handed between processes. */
export interface Sandbox {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly keys: SandboxKeys;
  readonly secretArns: Readonly<Record<keyof SandboxKeys, string>>;
}

type Parts = Readonly<Record<string, unknown>>;

export interface SandboxOptions {
  /** Base URL of the fake OpenAI. */
  readonly openai: string;
  readonly stackName?: string;
  readonly context?: Readonly<Record<string, string>>;
  /** Parts of `sharing.yaml` in place of the usual ones; may be made of these. */
  readonly config?: Parts | ((usual: ReturnType<typeof usualConfig>) => Parts);
  readonly keys?: SandboxKeys;
  readonly onLine?: Listener;
}

/** Puts the keys into secrets, writes a `sharing.yaml`, and deploys the real stack. */
export async function deploySandbox(cloud: LocalCloud, options: SandboxOptions): Promise<Sandbox> {
  const { stackName = 'CheckpointSharing', keys = createKeys() } = options;
  const secretArns = await createSecrets(cloud, stackName, keys);
  return { ...(await deploy(cloud, stackName, options, secretArns)), keys, secretArns };
}

/** The same with the empty secrets that the stack makes: whoever has just deployed it has such a one, and sets it up. */
export type EmptySandbox = Pick<Sandbox, 'stackName' | 'outputs'>;

export function deployEmptySandbox(cloud: LocalCloud, options: Omit<SandboxOptions, 'keys'>): Promise<EmptySandbox> {
  return deploy(cloud, options.stackName ?? 'CheckpointSharing', options, null);
}

async function deploy(
  cloud: LocalCloud,
  stackName: string,
  options: SandboxOptions,
  secretArns: Sandbox['secretArns'] | null,
): Promise<EmptySandbox> {
  const config = join(cloud.directory, `${stackName}.yaml`);
  const usual = usualConfig(options.openai, secretArns);
  const parts = typeof options.config === 'function' ? options.config(usual) : options.config;
  await writeFile(config, stringify({ ...usual, ...parts }));
  const outputs = await deployStack(cloud, {
    stackName,
    context: { config, stackName, retain: 'false', synthesizer: 'cli-credentials', ...options.context },
    ...(options.onLine && { onLine: options.onLine }),
  });
  return { stackName, outputs };
}

/** A `sharing.yaml` that shares every checkpoint of the one source with all targets; without ARNs the stack makes the secrets. */
export function usualConfig(baseUrl: string, arns: Sandbox['secretArns'] | null) {
  const source = arns === null ? {} : { apiKeySecret: arns.projectKey, webhookSecret: arns.webhookSecret };
  return {
    version: 1,
    openai: { baseUrl, ...(arns !== null && { adminKeySecret: arns.adminKey }), adminRequestsPerMinute: 60 },
    projects: {
      [SOURCE.alias]: { id: SOURCE.id, source },
      ...Object.fromEntries(Object.entries(TARGETS).map(([alias, id]) => [alias, { id }])),
    },
    rules: [
      { name: 'every checkpoint to everybody', from: SOURCE.alias, checkpoints: 'all', to: Object.keys(TARGETS) },
    ],
  };
}

/** Secrets that hold the keys. */
export async function createSecrets(
  cloud: LocalCloud,
  prefix: string,
  keys: SandboxKeys,
): Promise<Sandbox['secretArns']> {
  const client = new SecretsManagerClient(cloud.client);
  const create = async (name: string, value: string) => {
    const command = new CreateSecretCommand({ Name: `${prefix}/${name}`, SecretString: value });
    const { ARN } = await client.send(command);
    if (ARN === undefined) throw new Error(`Secret ${name} was made without an ARN`);
    return ARN;
  };
  try {
    return {
      adminKey: await create('admin-key', keys.adminKey),
      projectKey: await create('project-key', keys.projectKey),
      webhookSecret: await create('webhook-secret', keys.webhookSecret),
    };
  } finally {
    client.destroy();
  }
}
