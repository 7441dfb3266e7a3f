import { spawnSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addGlobalOptions } from '../../bin/ckpt/options.ts';
import { COMMANDS } from '../../bin/ckpt/program.ts';
import { DEFAULT_STACK_NAME, operatorFunctionName } from '../../lambdas/shared/contract/names.ts';
import { aFolder } from './folder.ts';

const TEXT = await readFile(new URL('../../docs/plan-in-pull-requests.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...TEXT.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const workflow = parse(blocks('yaml')[0] ?? '');
const { env, steps }: { env: Record<string, string>; steps: readonly Step[] } = workflow.jobs.plan;
const [rights, trust] = blocks('json').map((text) => JSON.parse(text));

function stepOf(name: string): string {
  const run = steps.find((step) => step.name === name)?.run;
  if (run === undefined) throw new Error(`There is no step ${name}.`);
  return run;
}

/** Runs a step as GitHub does, with these programs in the place of the real ones; each notes how it was called. */
async function runStep(name: string, programs: Readonly<Record<string, string>>, plan = '') {
  await using folder = await aFolder();
  await writeFile(folder.in('plan.md'), plan);
  for (const [program, script] of Object.entries(programs)) {
    await writeFile(folder.in(program), `#!/bin/bash\nprintf '%s\\n' "${program} $*" >> calls\n${script}\n`);
    await chmod(folder.in(program), 0o755);
  }
  const { status } = spawnSync('bash', ['-e', '-c', stepOf(name)], {
    cwd: folder.path,
    env: {
      ...env,
      PATH: `${folder.path}:${process.env.PATH}`,
      GITHUB_STEP_SUMMARY: folder.in('summary'),
      GITHUB_REPOSITORY: 'owner/repository',
      NUMBER: '7',
    },
  });
  const read = (file: string) => readFile(folder.in(file), 'utf8').catch(() => '');
  return {
    status,
    calls: (await read('calls')).trim().split('\n'),
    plan: await read('plan.md'),
    summary: await read('summary'),
  };
}

describe('the workflow of docs/plan-in-pull-requests.md', () => {
  it('asks with a command and options that there are', () => {
    const program = addGlobalOptions(new Command('ckpt').exitOverride().configureOutput({ writeErr: () => undefined }));
    const asked: unknown[] = [];
    for (const command of COMMANDS) command.define(program).action((...given) => void asked.push(given.at(-1)));
    const [, line = ''] = /npx ckpt (.*?) >/.exec(stepOf('Plan')) ?? [];
    program.parse(line.replace('"$STACK"', env.STACK ?? '').split(' '), { from: 'user' });
    expect(asked).toMatchObject([{ args: ['sharing.yaml'] }]);
    expect((asked[0] as Command).opts()).toEqual({ markdown: true });
    expect(program.opts()).toMatchObject({ stack: DEFAULT_STACK_NAME });
  });

  it('runs where the file changes, with the rights that it needs and no more, and not for forks', () => {
    expect(workflow.on).toEqual({ pull_request: { paths: ['sharing.yaml'] } });
    expect(workflow.permissions).toEqual({ contents: 'read', 'id-token': 'write', 'pull-requests': 'write' });
    expect(workflow.jobs.plan.if).toContain('head.repo.full_name == github.repository');
  });

  it.each([
    [0, 0],
    [1, 1],
    [2, 0],
  ])('a plan that ends with %i ends the step with %i', async (code, status) => {
    const ran = await runStep('Plan', { npx: `echo "the plan"; exit ${code}` });
    expect(ran).toMatchObject({ status, plan: 'the plan\n', summary: status === 0 ? 'the plan\n' : '' });
  });

  const PLAN = '<!-- ckpt plan: CheckpointSharing in eu-west-1 -->\n### …\n';

  it('makes a comment where there is none, and updates the one that there is', async () => {
    const first = await runStep('Comment', { gh: '' }, PLAN);
    expect(first).toMatchObject({ status: 0 });
    expect(first.calls).toEqual([
      'gh api --paginate repos/owner/repository/issues/7/comments --jq .[] | select(.body | startswith("<!-- ckpt plan: CheckpointSharing in eu-west-1 -->")) | .id',
      'gh api --method POST repos/owner/repository/issues/7/comments --field body=@plan.md --silent',
    ]);
    const again = await runStep('Comment', { gh: 'if [ "$2" = --paginate ]; then printf "11\\n12\\n"; fi' }, PLAN);
    expect(again.calls[1]).toBe(
      'gh api --method PATCH repos/owner/repository/issues/comments/11 --field body=@plan.md --silent',
    );
  });

  it('no comment is made where GitHub cannot be asked', async () => {
    const { status, calls } = await runStep('Comment', { gh: 'exit 1' }, PLAN);
    expect(status).toBe(1);
    expect(calls).toHaveLength(1);
  });
});

describe('its role', () => {
  const configure = steps.find(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials'))?.with ?? {};

  it('may invoke the operator function of the stack, and nothing else', () => {
    const [, , , , account] = String(configure['role-to-assume']).split(':');
    const functionName = operatorFunctionName(env.STACK ?? '');
    expect(rights.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: `arn:aws:lambda:${configure['aws-region']}:${account}:function:${functionName}`,
      },
    ]);
  });

  it('is for pull requests of one repository', () => {
    const [statement, ...others] = trust.Statement;
    expect(others).toEqual([]);
    expect(statement.Action).toBe('sts:AssumeRoleWithWebIdentity');
    expect(Object.keys(statement.Condition)).toEqual(['StringEquals']);
    expect(statement.Condition.StringEquals).toEqual({
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': 'repo:OWNER/REPOSITORY:pull_request',
    });
  });
});
