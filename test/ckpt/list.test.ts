import { describe, expect, it } from 'vitest';
import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';
import { aPermission, aRecord, aWant, inPagesOf, ledgerWith, MODEL, NOW } from '../use-cases/operate/ask.ts';
import { runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

const RECORD = aRecord([
  aPermission('proj_EU', 'active', { permissionId: 'cp_1', want: aWant('proj_EU'), sharedAt: NOW }),
  aPermission('proj_US', 'rejected', { want: aWant('proj_US'), reason: 'no such\nproject\u001b[2J' }),
]);

describe('ckpt list', () => {
  it('prints a table for people: no colours and no control characters where there is no terminal', async () => {
    await using stack = await startStack({ ledger: await ledgerWith(RECORD) });
    const { code, stdout, stderr } = await runCkpt(['list'], { url: stack.url });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        `CHECKPOINT${' '.repeat(MODEL.length - 10)}  PROJECT  STATE     PERMISSION  SHARED                RULE     REASON`,
        `${MODEL}  prod-eu  active    cp_1        2026-11-20 12:00:00Z  support  -`,
        `${MODEL}  prod-us  rejected  -           -                     support  no such project [2J`,
        '',
      ].join('\n'),
    );
  });

  it('with --json prints one array, and nothing else on standard output', async () => {
    await using stack = await startStack({ ledger: await ledgerWith(RECORD) });
    const { code, stdout } = await runCkpt(['list', '--json'], { url: stack.url });
    expect(code).toBe(0);
    const listed: ListedPermission[] = JSON.parse(stdout);
    expect(listed.map(({ permissionId }) => permissionId)).toEqual(['cp_1', null]);
    expect(Object.keys(listed[0] ?? {})).toEqual([
      'checkpoint',
      'projectId',
      'project',
      'permissionId',
      'state',
      'reason',
      'jobId',
      'source',
      'rule',
      'origin',
      'sharedAt',
      'verifiedAt',
      'expiresAt',
    ]);
  });

  it('of an empty ledger is an empty array, or a word beside an empty output', async () => {
    await using stack = await startStack();
    const [json, text] = await Promise.all([
      runCkpt(['list', '--json'], { url: stack.url }),
      runCkpt(['list'], { url: stack.url }),
    ]);
    expect(json).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
    expect(text).toMatchObject({ code: 0, stdout: '', stderr: 'No permission is there, or none that fits.\n' });
  });

  it('gathers all pages of a large ledger', async () => {
    const records = Array.from({ length: 2500 }, (_, i) =>
      aRecord(
        ['A', 'B', 'C', 'D'].map((id) => aPermission(`proj_${id}`, 'active', { permissionId: `cp_${i}_${id}` })),
        { checkpoint: `ft:gpt:org::${String(i).padStart(5, '0')}` },
      ),
    );
    await using stack = await startStack({ ledger: inPagesOf(300, await ledgerWith(...records)) });
    const { code, stdout } = await runCkpt(['list', '--json'], { url: stack.url });
    expect(code).toBe(0);
    const ids = (JSON.parse(stdout) as ListedPermission[]).map(({ permissionId }) => permissionId);
    expect(ids).toHaveLength(10_000);
    expect(new Set(ids).size).toBe(10_000);
    expect(stack.invocations).toHaveLength(9);
  });

  it('stops without a word when whoever reads its output stops reading', async () => {
    const pair = Array.from({ length: 200 }, (_, i) => aPermission(`proj_${i}`, 'active'));
    const records = Array.from({ length: 50 }, (_, i) => aRecord(pair, { checkpoint: `ft:${i}` }));
    await using stack = await startStack({ ledger: await ledgerWith(...records) });
    const { code, stderr } = await runCkpt(['list', '--json'], {
      url: stack.url,
      onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('hands every filter over', async () => {
    await using stack = await startStack({ ledger: await ledgerWith(RECORD) });
    const filters = ['--state=active', '--state', 'rejected', '--checkpoint', 'ft:*', '--rule', 'support'];
    const more = ['--job', 'ftjob-1', '--source', 'research', '--project', 'prod-us'];
    const { stdout } = await runCkpt(['list', '--json', ...filters, ...more], { url: stack.url });
    expect(stack.invocations[0]?.payload).toEqual({
      command: 'list',
      filter: {
        state: ['active', 'rejected'],
        checkpoint: ['ft:*'],
        rule: ['support'],
        job: ['ftjob-1'],
        source: ['research'],
        project: ['prod-us'],
      },
      cursor: null,
    });
    expect(JSON.parse(stdout)).toHaveLength(1);
  });
});
