import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionLogs } from '../local-cloud/logs.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { personWho, run, runTo } from './cli.ts';
import { ledgerItems, openStage, type Stage } from './stage.ts';

const YEAR_AHEAD = () => Math.floor(Date.now() / 1_000) + 300 * 86_400;
const DEFAULT_PROJECT = 'proj_Default0000000000';

let stage: Stage;
/** All that the CLI said, and every value that was made meanwhile. */
const said: string[] = [];
const values = new Set<string>();
beforeAll(async () => {
  stage = await openStage();
  stage.fake.addProject({ id: DEFAULT_PROJECT, name: 'Default project' });
});
afterAll(() => stage.close());

/** Runs it with `--json`, expects this exit code, and keeps what was said. */
async function ask(args: readonly string[], code: 0 | 1 = 0) {
  const document = await runTo(stage, code, args);
  said.push(JSON.stringify(document));
  return document;
}

/** The same for people. */
async function told(args: readonly string[]) {
  const { code, stdout, stderr } = await ckpt(stage.cloud, args);
  said.push(stdout, stderr);
  expect(stderr).not.toMatch(/\n\s+at /);
  return { code, stdout, stderr };
}

async function valueIn(secret: string): Promise<string> {
  const client = new SecretsManagerClient(stage.cloud.client);
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    values.add(SecretString);
    return SecretString;
  } finally {
    client.destroy();
  }
}

/** OpenAI's answer to whoever has the key. */
async function statusWith(key: string, path: string, method = 'GET'): Promise<number> {
  const response = await fetch(`${stage.fake.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(method === 'POST' && { body: '{}' }),
  });
  await response.arrayBuffer();
  return response.status;
}

describe("what Terraform's openai_admin_api_key did", () => {
  let id: string;
  let secret: string;

  it('create: the value is in Secrets Manager alone, and works', async () => {
    const expiresAt = YEAR_AHEAD();
    const made = await ask(['admin-keys', 'create', 'terraform-ci', '--expires-at', String(expiresAt)]);
    ({ id, secret } = made);
    expect(made).toMatchObject({ name: 'terraform-ci', secret: expect.stringContaining('/keys/terraform-ci') });
    expect(Math.abs(Date.parse(made.expiresAt) / 1_000 - expiresAt)).toBeLessThan(60);
    expect(await statusWith(await valueIn(secret), '/organization/admin_api_keys')).toBe(200);
  });

  it('read, and the data sources: one key, and all of them', async () => {
    expect(await ask(['admin-keys', 'show', id])).toMatchObject({ id, name: 'terraform-ci', inUse: false, secret });
    const keys = await ask(['admin-keys', 'list']);
    const inUse = keys.filter((key: { inUse: boolean }) => key.inUse);
    expect(inUse).toMatchObject([{ secret: stage.sandbox.secretArns.adminKey }]);
    expect((await told(['admin-keys', 'list'])).stdout).toContain('terraform-ci');
    expect((await told(['admin-keys', 'show', id])).stdout).toContain(secret);
    const { error } = await ask(['admin-keys', 'delete', inUse[0].id, '--yes'], 1);
    expect(error.message).toContain('works with');
  });

  it('scopes: refused with the reason; the key in use is not written over', async () => {
    const { error } = await ask(['admin-keys', 'create', 'narrow', '--scopes', 'api.management.read'], 1);
    expect(error.message).toContain('all rights only');
    const into = await ask(['admin-keys', 'create', 'x', '--secret', stage.sandbox.secretArns.adminKey], 1);
    expect(into.error.message).toContain('works with');
    expect(stage.fake.keysOf(null).map(({ name }) => name)).not.toContain('narrow');
  });

  it('import: the key itself is not repeated, and an id takes its place', async () => {
    const value = await valueIn(secret);
    const { code, stdout, stderr } = await told(['admin-keys', 'show', `org-acme/${value}`]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Nothing has to be imported');
  });

  it('destroy: not without --yes, and then for good', async () => {
    expect((await told(['admin-keys', 'delete', id])).code).toBe(1);
    expect(await ask(['admin-keys', 'delete', id, '--yes'])).toEqual({ id, deleted: true });
    expect(await statusWith(await valueIn(secret), '/organization/admin_api_keys')).toBe(401);
  });
});

describe("what Terraform's openai_project_api_key did", () => {
  const ofProject = ['--project', SOURCE.alias];
  let id: string;
  let secret: string;

  it('create: on a service account that is made, read-only, into a secret that is named', async () => {
    const order = ['--service-account', 'terraform', '--name', 'reader', '--read-only', '--expires-in', '90d'];
    const made = await ask(['project-keys', 'create', ...ofProject, ...order, '--secret', 'readers/one']);
    ({ id, secret } = made);
    expect(made).toMatchObject({ name: 'reader', serviceAccount: { name: 'terraform' } });
    expect(secret).toContain('/keys/readers/one');
    const value = await valueIn(secret);
    expect(await statusWith(value, '/fine_tuning/jobs')).toBe(200);
    // OpenAI's answer to a key that has not the scope.
    expect(await statusWith(value, '/webhook_endpoints', 'POST')).toBe(401);
  });

  it('read, and the data sources', async () => {
    const shown = await ask(['project-keys', 'show', id, ...ofProject]);
    expect(shown).toMatchObject({ id, project: SOURCE.alias, scopes: ['api.all.read'], allRights: false });
    const keys = await ask(['project-keys', 'list', ...ofProject]);
    expect(keys.filter((key: { inUse: boolean }) => key.inUse)).toMatchObject([
      { secret: stage.sandbox.secretArns.projectKey },
    ]);
    expect((await told(['project-keys', 'list', ...ofProject])).stdout).toContain('reader');
  });

  it('permissions {}: other areas, in place; the value stays, and nothing widens by accident', async () => {
    const before = await valueIn(secret);
    const areas = ['--permission', 'fine_tuning=write', '--permission', 'files=read'];
    const changed = await ask(['project-keys', 'update', id, ...ofProject, ...areas]);
    expect(changed.scopes).toEqual(['api.fine_tuning.jobs.write', 'api.files.read']);
    expect(await valueIn(secret)).toBe(before);
    for (const nothing of [['--scopes', ''], [], ['--permission', 'models=write']]) {
      await ask(['project-keys', 'update', id, ...ofProject, ...nothing], 1);
    }
    const key = stage.fake.keysOf(SOURCE.id).find((each) => each.id === id);
    expect(key?.scopes).toEqual(['api.fine_tuning.jobs.write', 'api.files.read']);
  });

  it('without a project: of the default one, which is named', async () => {
    const { code, stderr } = await told(['project-keys', 'list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `The default project is ${DEFAULT_PROJECT}.\n` });
  });

  it('destroy', async () => {
    const value = await valueIn(secret);
    expect(await ask(['project-keys', 'delete', id, ...ofProject, '--yes'])).toEqual({ id, deleted: true });
    expect(await statusWith(value, '/fine_tuning/jobs')).toBe(401);
  });
});

describe('keys', () => {
  it('cannot be made by a person who may only share, who is told which right is missing', async () => {
    const env = await personWho(stage, 'sharer', 'lambda:InvokeFunction');
    const before = stage.fake.keysOf(null).length;
    expect((await run(stage, ['status'], env)).code).toBe(0);
    const { code, document } = await run(stage, ['admin-keys', 'create', 'mine'], env);
    expect({ code, error: document.error }).toMatchObject({ code: 1, error: { name: 'AccessDeniedError' } });
    expect(document.error.message).toContain(stage.sandbox.outputs.KeysFunctionName);
    expect(document.error.next).toContain('another permission than the one for the operator');
    expect(stage.fake.keysOf(null)).toHaveLength(before);
  });

  it('are shown on a terminal only', async () => {
    const { code, stderr } = await told(['admin-keys', 'create', 'shown', '--show-once']);
    expect(code).toBe(1);
    expect(stderr).toContain('terminal');
  });

  it('stand in no log line, no answer of the CLI and no item of the ledger', async () => {
    const { outputs } = stage.sandbox;
    const functions = Object.entries(outputs).filter(([name]) => name.endsWith('FunctionName'));
    const logs = await Promise.all(functions.map(([, name]) => functionLogs(stage.cloud, name)));
    const texts = [...logs.flat(), ...said, ...(await ledgerItems(stage))];
    expect(texts.length).toBeGreaterThan(40);
    expect(values.size).toBe(2);
    for (const value of values) expect(texts.filter((text) => text.includes(value))).toEqual([]);
  });
});
