import { describe, expect, it } from 'vitest';
import { revoke } from '../../../bin/ckpt/permissions/revoke.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { aJobRecord, aPermission, aRecord, aWant, ledgerWith, MODEL, NOW } from '../../use-cases/operate/ask.ts';
import { openTestSession } from '../session.ts';
import { carriedOut, failure, granted, openScene, rowsOf } from './scene.ts';

const OPTIONS = { timeout: 60_000 } as const;

const deleted = (permission: PermissionRecord): PermissionRecord => ({
  ...permission,
  state: 'revoked',
  notBefore: null,
  verifiedAt: NOW,
});

describe('ckpt revoke', () => {
  it('only says what it would do: exit code 2, and nothing changes', async () => {
    const { session, ledger } = await openScene([granted('proj_EU', { duplicateIds: ['cp_2'] }), granted('proj_US')]);
    const answer = await revoke.run(session, { ...OPTIONS, from: ['prod-eu'] }, [MODEL]);
    expect(answer.exitCode).toBe(2);
    expect(answer.text()).toBe(
      `${MODEL}\n  - prod-eu  to be revoked (cp_EU, cp_2)\nNothing was done: add --yes to do it.\n`,
    );
    expect((await rowsOf(ledger)).map(({ state }) => state)).toEqual(['active', 'active']);
  });

  it.each([
    ['by project', { from: ['prod-eu'] }, [MODEL]],
    ['by permission id', { permission: 'cp_EU' }, []],
    ['by permission id alone', {}, ['cp_EU']],
    ['as Terraform names it', {}, [`${MODEL}:proj_EU`]],
  ])('with --yes revokes %s, and comes back when OpenAI has deleted it', async (_, options, args) => {
    const { ledger } = await openScene([granted('proj_EU'), granted('proj_US')]);
    const secrets = { current: async () => 'sk-admin-test', currentAndPrevious: async () => [] };
    const { session } = openTestSession({ ledger: carriedOut(ledger, deleted), secrets });
    const answer = await revoke.run(session, { ...OPTIONS, ...options, yes: true }, args);
    expect(answer.text()).toBe(`${MODEL}\n  - prod-eu  revoked (cp_EU)\n`);
    expect((await rowsOf(ledger)).map(({ projectId, state }) => [projectId, state])).toEqual([
      ['proj_EU', 'revoked'],
      ['proj_US', 'active'],
    ]);
  });

  it('names the rule that would share it again, and --withhold keeps that from happening', async () => {
    const policy = aPolicy([aRule({ name: 'support', checkpoints: { kind: 'all' }, to: ['proj_EU'] })]);
    const job = aJobRecord({ checkpoints: [{ checkpoint: MODEL, step: null, final: true, metrics: {} }] });
    const record = aRecord([granted('proj_EU', { want: aWant('proj_EU') })], { jobId: job.jobId });
    const ledger = await ledgerWith(record);
    await ledger.saveJob(job);
    const { session } = openTestSession({ ledger, policy });
    const told = await revoke.run(session, { ...OPTIONS, from: ['prod-eu'] }, [MODEL]);
    expect(told.text()).toContain('Rule "support" wants it: the next reconcile shares it again.');
    const kept = await revoke.run(session, { ...OPTIONS, from: ['prod-eu'], withhold: true }, [MODEL]);
    expect(kept.text()).not.toContain('shares it again');
  });

  it.each([
    ['foreign', granted('proj_EU', { state: 'foreign' }), {}, /is not ours/, /ckpt adopt/],
    [
      'ignored',
      granted('proj_EU'),
      { holds: { proj_EU: { kind: 'ignored', at: NOW, by: null } } },
      /never revoked/,
      /--undo/,
    ],
  ] as const)('never revokes what is %s', async (_, permission, parts, message, next) => {
    const ledger = await ledgerWith(aRecord([permission], { jobId: null, source: null, ...parts }));
    const { session } = openTestSession({ ledger });
    expect(await failure(revoke.run(session, { ...OPTIONS, from: ['prod-eu'], yes: true }, [MODEL]))).toMatchObject({
      message: expect.stringMatching(message),
      next: expect.stringMatching(next),
    });
  });

  it('of several asks which, and waits for a call that is on its way', async () => {
    const { session } = await openScene([granted('proj_EU'), granted('proj_US')]);
    expect(await failure(revoke.run(session, { ...OPTIONS, yes: true }, [MODEL]))).toMatchObject({
      message: expect.stringContaining('2 permissions that this could be done to: prod-eu, prod-us'),
      next: expect.stringContaining('--all'),
    });
    const busy = await openScene([aPermission('proj_EU', 'unknown', { want: aWant('proj_EU'), notBefore: NOW })]);
    expect(await failure(revoke.run(busy.session, { ...OPTIONS, timeout: 12_000, yes: true }, [MODEL]))).toMatchObject({
      name: 'NotYetError',
    });
    expect(busy.slept).toEqual([5_000, 5_000]);
  });

  it('drops what was never granted without a call, and has nothing to do for what is revoked', async () => {
    const { session, ledger } = await openScene([
      aPermission('proj_EU', 'pending', { want: aWant('proj_EU'), notBefore: NOW }),
      granted('proj_US', { state: 'revoked', want: null }),
    ]);
    const answer = await revoke.run(session, { ...OPTIONS, from: ['prod-eu', 'prod-us'], yes: true }, [MODEL]);
    expect(answer.document).toMatchObject({ permissions: [{ what: 'drop' }, { what: 'nothing-to-do' }] });
    expect((await rowsOf(ledger)).map(({ projectId }) => projectId)).toEqual(['proj_US']);
  });
});
