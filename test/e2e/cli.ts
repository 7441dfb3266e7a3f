import { expect } from 'vitest';
import { operatorFunctionName } from '../../lambdas/shared/contract/names.ts';
import { type Documented, expectDocument } from '../ckpt/published-schema.ts';
import { createUser } from '../local-cloud/iam-user.ts';
import { type CommandResult, ckpt } from '../sandbox/ckpt.ts';
import type { ListedPermission, Stage } from './stage.ts';

type Env = Readonly<Record<string, string>>;

/** Runs the CLI with `--json`, whatever comes of it; what it prints has to be what the published schema says. */
export async function run(stage: Stage, args: readonly string[], env: Env = {}) {
  const { code, stdout, stderr } = await ckpt(stage.cloud, [...args, '--json'], env);
  const document = JSON.parse(stdout);
  expectDocument('error' in document ? 'error' : documentedAs(args), document);
  return { code, document, stderr };
}

/** The command's name: one word, or the two of a subcommand. */
function documentedAs([first = '', second = '']: readonly string[]): Documented {
  return (COMMAND_GROUPS.includes(first) ? `${first} ${second}` : first) as Documented;
}

const COMMAND_GROUPS = ['webhook', 'config', 'migrate', 'admin-keys', 'project-keys', 'sources'];

/** Runs the CLI with `--json`, and expects this exit code; returns the document. */
export async function runTo(stage: Stage, code: 0 | 1 | 2, args: readonly string[], env: Env = {}) {
  const result = await run(stage, args, env);
  const { error = null } = result.document;
  expect({ args, code: result.code, error: code === 1 ? null : error }).toEqual({ args, code, error: null });
  return result.document;
}

/** Commands that run at once: the machine has few processors. */
const AT_ONCE = 4;

/** Runs many commands, several at once, whatever comes of them. */
export async function runAll(stage: Stage, commands: readonly (readonly string[])[], env: Env = {}) {
  const left = [...commands];
  const results: (CommandResult & { readonly args: readonly string[] })[] = [];
  const work = async () => {
    for (let args = left.shift(); args !== undefined; args = left.shift()) {
      results.push({ args, ...(await ckpt(stage.cloud, args, env)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** Has everything that is left to do done, and waits for it. */
export function settle(stage: Stage, ...args: readonly string[]) {
  return runTo(stage, 0, ['reconcile', '--wait', '--timeout', '100s', ...args]);
}

/** Every permission that the ledger has of a checkpoint. */
export function listed(stage: Stage, checkpoint: string): Promise<readonly ListedPermission[]> {
  return runTo(stage, 0, ['list', '--checkpoint', checkpoint]);
}

/** Those that are in force and ours, as `project: permission id`, sorted. */
export async function tracked(stage: Stage, checkpoint: string): Promise<readonly string[]> {
  return (await listed(stage, checkpoint))
    .filter(({ state }) => state === 'active')
    .map(({ projectId, permissionId }) => `${projectId}: ${permissionId}`)
    .sort();
}

/** A person with one right, on the operator function unless told of others, as the environment of the CLI. */
export async function personWho(
  { cloud, sandbox }: Stage,
  userName: string,
  action: string,
  nameFunctions: readonly ((stackName: string) => string)[] = [operatorFunctionName],
): Promise<Env> {
  const functions = nameFunctions.map(
    (nameOf) => `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${nameOf(sandbox.stackName)}`,
  );
  const { credentials } = await createUser(cloud, userName, [{ Effect: 'Allow', Action: action, Resource: functions }]);
  return { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
}
