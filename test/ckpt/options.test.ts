import { describe, expect, it } from 'vitest';
import { startLambda } from './lambda-server.ts';
import { runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

const emptyPage = { returned: { ok: true, result: { permissions: [], cursor: null } } } as const;

describe('options of ckpt', () => {
  it.each([
    ['list --state active --json --stack Other'],
    ['--stack Other --json list --state active'],
    ['--json --state active --stack=Other list'],
    ['--stack Other --state=active list --json'],
  ])('may stand in any position: %s', async (line) => {
    await using lambda = await startLambda(() => emptyPage);
    const { code, stdout } = await runCkpt(line.split(' '), { url: lambda.url });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[]\n' });
    expect(lambda.invocations).toMatchObject([
      { functionName: 'Other-operator', payload: { command: 'list', filter: { state: ['active'] } } },
    ]);
  });

  it.each([
    [['--region', 'us-west-2'], {}, 'us-west-2'],
    [[], { AWS_DEFAULT_REGION: 'us-west-1' }, 'eu-west-1'],
    [[], { AWS_REGION: undefined, AWS_DEFAULT_REGION: 'us-west-1' }, 'us-west-1'],
  ])('%j with %j speak to region %s', async (args, env, region) => {
    await using lambda = await startLambda(() => emptyPage);
    await runCkpt(['list', ...args], { url: lambda.url, env });
    expect(lambda.invocations).toMatchObject([{ region, functionName: 'CheckpointSharing-operator' }]);
  });

  it.each([
    [['--help'], /Usage: ckpt .*list.*status/s],
    [['list', '--help'], /Usage: ckpt list .*--checkpoint <glob>.*--stack <name>/s],
    [['--help', 'list'], /Usage: ckpt list /],
    [['help', 'status'], /Usage: ckpt status /],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%j asks nobody, and prints on standard output', async (args, expected) => {
    const { code, stdout, stderr } = await runCkpt(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  });

  it.each([
    [['list', '--staet', 'active'], "ckpt: Unknown option '--staet' (Did you mean --state?). Run"],
    [['lst'], "ckpt: Unknown command 'lst' (Did you mean list?). Run"],
    [['list', 'everything'], "ckpt: Too many arguments for 'list'. Expected 0 arguments but got 1: everything. Run"],
    [['list', '--stack', 'a stack'], "ckpt: Option '--stack <name>' argument 'a stack' is invalid. A stack name is"],
    [['list', '--region'], "ckpt: Option '--region <region>' argument missing. Run"],
    [[], 'ckpt: No command was given. Run'],
  ])('%j is a mistake, and says which', async (args, message) => {
    const { code, stdout, stderr } = await runCkpt(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('with --json a mistake is the one document', async () => {
    const { code, stdout } = await runCkpt(['--json', 'lst']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      error: { name: 'UsageError', message: expect.stringContaining('lst'), next: expect.any(String) },
    });
  });

  it('a mistake that the function finds is told with what to write instead', async () => {
    await using stack = await startStack();
    const { code, stdout, stderr } = await runCkpt(['list', '--project', 'prod-eur'], { url: stack.url });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('ckpt: There is no project "prod-eur". Did you mean "prod-eu"?\n');
  });
});
