import { describe, expect, it } from 'vitest';
import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';
import { startLambda } from './lambda-server.ts';
import { aListed } from './listed.ts';
import { runCkpt } from './run-ckpt.ts';

const PERMISSIONS = [
  aListed({ permissionId: 'cp_1', state: 'revoked' }),
  aListed({ permissionId: 'cp_2', state: 'active', sharedAt: null }),
  aListed({ permissionId: 'cp_3', state: 'active' }),
];

/** A Lambda that answers with one permission a page. */
const inPages = () =>
  startLambda(({ payload }) => {
    const at = Number((payload as { cursor: string | null }).cursor ?? 0);
    const cursor = at + 1 < PERMISSIONS.length ? String(at + 1) : null;
    return { returned: { ok: true, result: { permissions: PERMISSIONS.slice(at, at + 1), cursor } } };
  });

const idsIn = (json: string) => (JSON.parse(json) as ListedPermission[]).map(({ permissionId }) => permissionId);

describe('ckpt list in another order', () => {
  it('sorts over all pages, with ties broken by the next column', async () => {
    await using lambda = await inPages();
    const { code, stdout } = await runCkpt(
      ['--sort', 'state', 'list', '--columns=permission', '--sort', 'shared:desc'],
      {
        url: lambda.url,
      },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'PERMISSION\ncp_3\ncp_2\ncp_1\n' });
    expect(lambda.invocations[0]?.payload).toEqual({ command: 'list', filter: {}, cursor: null });
  });

  it('with --json --sort orders the array, and --columns changes nothing in it', async () => {
    await using lambda = await inPages();
    const [sorted, plain] = await Promise.all([
      runCkpt(['list', '--json', '--sort', 'permission:desc', '--columns', 'state'], { url: lambda.url }),
      runCkpt(['list', '--json'], { url: lambda.url }),
    ]);
    expect(idsIn(sorted.stdout)).toEqual(['cp_3', 'cp_2', 'cp_1']);
    expect(JSON.parse(sorted.stdout)).toEqual(PERMISSIONS.toReversed());
    expect(JSON.parse(plain.stdout)).toEqual(PERMISSIONS);
  });

  it.each([
    [['--sort', 'stat'], '--sort <column>', 'stat', 'There is no column "stat". Did you mean "state"?'],
    [['--columns', 'job,rul'], '--columns <names>', 'job,rul', 'There is no column "rul". Did you mean "rule"?'],
  ])('%j is a mistake, found before anybody is asked', async (args, flags, value, message) => {
    const { code, stdout, stderr } = await runCkpt(['list', ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `ckpt: Option '${flags}' argument '${value}' is invalid. ${message} Run "ckpt --help" for what there is.\n`,
    );
  });

  it('says in its help what the columns are, and that --json keeps its keys', async () => {
    const { stdout } = await runCkpt(['list', '--help']);
    expect(stdout).toContain('The columns are checkpoint, project, state,');
    expect(stdout).toContain('with --json each permission has always the same keys');
  });
});
