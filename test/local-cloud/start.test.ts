import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  LambdaClient,
  ListFunctionsCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { expect, test, vi } from 'vitest';
import type { LocalCloud } from './cloud.ts';
import { NODE } from './environment.ts';
import { createUser } from './iam-user.ts';
import { installMiniStack } from './install.ts';
import { invoke } from './lambda.ts';
import { functionLogs } from './logs.ts';
import { send } from './request.ts';
import { startLocalCloud } from './start.ts';

/** Room for the first installation. */
const MINUTES = 180_000;

const HANDLER = `export const handler = async (event) => {
  console.log('asked for ' + event.what);
  if (event.what === 'trouble') throw new Error('as asked');
  return { pid: process.pid, node: process.version };
};`;

/** A function without a stack: Lambda asks for a role and for a zip file, which Python makes. */
async function createFunction(cloud: LocalCloud, client: LambdaClient): Promise<string> {
  const source = join(cloud.directory, 'handler.mjs');
  const zip = join(cloud.directory, 'handler.zip');
  await writeFile(source, HANDLER);
  await promisify(execFile)(await installMiniStack(), ['-m', 'zipfile', '-c', zip, source]);
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const iam = new IAMClient(cloud.client);
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'probe',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  iam.destroy();
  const { FunctionArn } = await client.send(
    new CreateFunctionCommand({
      FunctionName: 'probe',
      Runtime: 'nodejs24.x',
      Handler: 'handler.handler',
      Role: Role?.Arn,
      Code: { ZipFile: await readFile(zip) },
    }),
  );
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName: 'probe' });
  return FunctionArn ?? '';
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('runs functions on Lambda’s Node, evaluates IAM, and leaves nothing behind', { timeout: MINUTES }, async () => {
  const cloud = await startLocalCloud({ enforceIam: true, tls: true });
  const root = new LambdaClient(cloud.client);
  let pid = 0;
  try {
    expect(cloud.endpoint).toMatch(/^https:\/\/localhost:\d+$/);
    const functionArn = await createFunction(cloud, root);
    const user = await createUser(cloud, 'caller', [
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn },
    ]);
    const caller = new LambdaClient(user);
    expect((await invoke({ client: user }, 'probe', { what: 'trouble' })).error?.message).toBe('as asked');
    await expect(caller.send(new ListFunctionsCommand())).rejects.toThrow(/is not authorized to perform: lambda:List/);
    caller.destroy();

    const answer = await invoke(cloud, 'probe', { what: 'work' });
    expect(answer).toEqual({
      payload: { pid: expect.any(Number), node: expect.stringMatching(/^v24\./) },
      error: null,
    });
    pid = (answer.payload as { pid: number }).pid;
    expect(runs(pid)).toBe(true);

    expect(await functionLogs(cloud, 'probe')).toEqual(expect.arrayContaining(['asked for work', 'asked for trouble']));
  } finally {
    root.destroy();
    await cloud.stop();
  }
  expect(runs(pid)).toBe(false);
  expect(existsSync(cloud.directory)).toBe(false);
  await expect(send(cloud, { path: '/' })).rejects.toThrow();
});

test('ends with its starter, however that ends', { timeout: MINUTES }, async () => {
  const module = new URL('start.ts', import.meta.url).href;
  const script = `
    const { startLocalCloud } = await import(${JSON.stringify(module)});
    const { endpoint, directory } = await startLocalCloud();
    console.log(JSON.stringify({ endpoint, directory }));
    setInterval(() => {}, 1000);`;
  const starter = spawn(NODE, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: starter.stdout }), 'line');
  const cloud = { ...(JSON.parse(line) as { endpoint: string; directory: string }), caFile: null };
  expect((await send(cloud, { path: '/_localstack/health' })).status).toBe(200);

  starter.kill('SIGKILL');
  await vi.waitUntil(() => !existsSync(cloud.directory), { timeout: 20_000 });
  await vi.waitFor(() => expect(send(cloud, { path: '/' })).rejects.toThrow('ECONNREFUSED'), { timeout: 20_000 });
});
