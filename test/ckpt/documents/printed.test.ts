import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../../bin/ckpt/program.ts';
import { SCHEMAS_FOLDER } from '../../../bin/ckpt/published.ts';
import { MODEL } from '../../use-cases/operate/ask.ts';
import { openAIWith, shown } from '../by-hand/scene.ts';
import type { LambdaServer } from '../lambda-server.ts';
import { type Documented, expectDocument } from '../published-schema.ts';
import { startStack } from '../stack.ts';
import { describeDocuments } from './describe-documents.ts';
import { STRAY } from './records.ts';
import { depsOf, richLedger } from './world.ts';

let stack: LambdaServer;
beforeEach(async () => {
  stack = await startStack(depsOf(await richLedger(), openAIWith([shown('proj_EU', 'cp_1')])));
});
afterEach(() => stack[Symbol.asyncDispose]());

/** Runs the program in this process, as a shell would for somebody with such an environment. */
async function runHere(args: readonly string[]) {
  const environment = {
    AWS_ENDPOINT_URL: stack.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'secret-access-key',
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
  };
  // The SDK reads the process's own environment only.
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  let stdout = '';
  const out = (text: string) => {
    stdout += text;
  };
  const terminal = { out, err: () => undefined, columns: null, color: false, watched: false, ask: null };
  const code = await run(args, terminal, environment).finally(() => vi.unstubAllEnvs());
  return { code, stdout };
}

async function printed(args: readonly string[]) {
  const { code, stdout } = await runHere([...args, '--json']);
  return { code, document: JSON.parse(stdout) as unknown };
}

describe('what the program prints with --json', () => {
  it.each<readonly [command: Documented, code: number, args: readonly string[]]>([
    ['list', 0, []],
    ['status', 0, []],
    ['plan', 2, []],
    ['apply', 0, ['--yes']],
    ['reconcile', 0, []],
    ['repair', 0, [MODEL]],
    ['share', 0, [STRAY, '--to', 'prod-eu', '--no-wait']],
    ['revoke', 2, [STRAY, '--from', 'proj_KEPT']],
    ['show', 0, [MODEL, '--live']],
    ['adopt', 0, [MODEL, '--project', 'prod-eu']],
    ['forget', 0, ['cp_4']],
    ['ignore', 0, ['cp_4']],
    ['jobs', 0, []],
    ['checkpoints', 0, ['ftjob-1']],
    ['events', 0, []],
    ['pause', 0, ['--rule', 'support']],
    ['resume', 0, []],
    ['config check', 1, ['sharing.example.yaml', '--deployed']],
    ['completion', 0, ['bash']],
  ])('ckpt %s fits its schema, and ends with %i', async (command, code, args) => {
    const ended = await printed([...command.split(' '), ...args]);
    expect(ended.code).toBe(code);
    expectDocument(command, ended.document);
  });

  describeDocuments('error', async () => [(await printed(['list', '--unheard-of'])).document]);

  it.each([
    ['a mistake on the line', ['list', '--unheard-of']],
    ['no command', []],
    ['a group without its command', ['webhook']],
    ['a word that cannot be read', ['show', 'nothing']],
    ['a refusal of the operator function', ['show', 'cp_404']],
    ['a stack that is not there', ['status', '--stack', 'Other']],
    ['a file that is not there', ['config', 'check', '/nowhere/sharing.yaml']],
  ])('of %s is the error document', async (_, args) => {
    const { code, document } = await printed(args);
    expect(code).toBe(1);
    expectDocument('error', document);
  });

  it('is described in files that the help names', async () => {
    expect((await runHere(['--help'])).stdout).toContain(`described in ${SCHEMAS_FOLDER}/.`);
  });
});
