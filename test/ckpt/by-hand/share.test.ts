import { describe, expect, it } from 'vitest';
import { share } from '../../../bin/ckpt/permissions/share.ts';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { reasonOf } from '../../../lambdas/core/pacing/refusals.ts';
import { restEndpoint } from '../../../lambdas/core/pacing/rests.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { aRecord, ledgerWith, MODEL, NOW } from '../../use-cases/operate/ask.ts';
import { runCkpt } from '../run-ckpt.ts';
import { openTestSession } from '../session.ts';
import { startStack } from '../stack.ts';
import { carriedOut, failure, rowsOf } from './scene.ts';

const OPTIONS = { onDrift: 'repair', wait: true, timeout: 60_000 } as const;
const secrets = { current: async () => 'sk-admin-test', currentAndPrevious: async () => [] };

const grant = (permission: PermissionRecord): PermissionRecord => ({
  ...permission,
  state: 'active',
  permissionId: `cp_${permission.projectId.slice(5)}`,
  notBefore: null,
  sharedAt: NOW,
  reason: null,
});

describe('ckpt share', () => {
  it('shares with one project or several, and comes back when they have it', async () => {
    const ledger = createInMemoryLedger();
    const { session } = openTestSession({ ledger: carriedOut(ledger, grant), secrets });
    const one = await share.run(session, { ...OPTIONS, to: ['prod-eu'] }, [MODEL]);
    expect({ exitCode: one.exitCode, text: one.text() }).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/prod-eu +active +cp_EU/),
    });
    const three = await share.run(session, { ...OPTIONS, to: ['prod-eu', 'prod-us', 'proj_OTHER', MODEL] }, []);
    expect(three.document).toMatchObject({
      checkpoint: MODEL,
      permissions: ['proj_EU', 'proj_OTHER', 'proj_US'].map((projectId) => ({ projectId, state: 'active' })),
    });
    expect((await rowsOf(ledger)).map(({ want }) => want?.origin)).toEqual(['operator', 'operator', 'operator']);
  });

  it('says why a project does not get it, and what to do, and ends with 1', async () => {
    const reason = 'Cannot modify checkpoint permissions for the owning project: proj_EU';
    const refuse = (permission: PermissionRecord): PermissionRecord => ({
      ...permission,
      state: 'rejected',
      reason,
      notBefore: null,
    });
    const { session } = openTestSession({ ledger: carriedOut(createInMemoryLedger(), refuse), secrets });
    const answer = await share.run(session, { ...OPTIONS, to: ['prod-eu'] }, [MODEL]);
    expect(answer.exitCode).toBe(1);
    expect(answer.text()).toContain(
      `prod-eu does not have it (rejected): ${reason}. That project trained the checkpoint and can use it without a permission`,
    );
  });

  it('asks nothing of OpenAI for the project that owns the checkpoint', async () => {
    const ledger = await ledgerWith(aRecord([]));
    const { session } = openTestSession({ ledger, secrets });
    expect(await failure(share.run(session, { ...OPTIONS, to: ['research', 'prod-eu'] }, [MODEL]))).toMatchObject({
      message: expect.stringContaining('is the owning project'),
      next: expect.stringContaining('beside its owner'),
    });
    expect(await rowsOf(ledger)).toEqual([]);
  });

  it('explains a key that OpenAI refuses, and that the wish stands', async () => {
    const ledger = createInMemoryLedger();
    const said = 'You have insufficient permissions. Missing scopes: api.fine_tuning.checkpoints.write.';
    const refusal = { kind: 'scope-missing', reason: reasonOf('scope-missing', said), keyMark: null } as const;
    // The share function finds out when it is woken.
    const wake = async () => {
      await changeState(ledger, 'rests', (rests) => restEndpoint(rests, 'create', refusal, NOW));
    };
    const { session } = openTestSession({ ledger, secrets, waker: { wake } });
    expect(await failure(share.run(session, { ...OPTIONS, to: ['prod-eu'] }, [MODEL]))).toMatchObject({
      name: 'AdminKeyError',
      message: expect.stringContaining('Missing scopes: api.fine_tuning.checkpoints.write'),
      next: expect.stringMatching(
        /^Give the admin key the scope api\.fine_tuning\.checkpoints\.write .* stays in the ledger/,
      ),
    });
    expect((await rowsOf(ledger)).map(({ state }) => state)).toEqual(['pending']);
  });

  it('explains that there is no key yet', async () => {
    const empty = async () => Promise.reject(new SecretUnusableError('arn:admin', 'is empty: put the key into it'));
    const { session } = openTestSession({ secrets: { current: empty, currentAndPrevious: empty } });
    expect(await failure(share.run(session, { ...OPTIONS, to: ['prod-eu'] }, [MODEL]))).toMatchObject({
      name: 'AdminKeyError',
      message: expect.stringContaining('arn:admin is empty'),
      next: expect.stringContaining('ckpt doctor'),
    });
  });

  it('does not wait without end, nor at all with --no-wait', async () => {
    const { session } = openTestSession({ secrets });
    expect(await failure(share.run(session, { ...OPTIONS, timeout: 30_000, to: ['prod-eu'] }, [MODEL]))).toMatchObject({
      name: 'NotDoneError',
      message: 'Not done within 30 s: 1 pending (wanted by operator).',
      next: expect.stringContaining(`"ckpt show ${MODEL}"`),
    });
    const answer = await share.run(session, { ...OPTIONS, wait: false, to: ['prod-eu', 'proj_X'] }, [MODEL]);
    expect(answer.text()).toBe('Wanted: prod-eu, proj_X.\n');
  });

  it('waits for nothing that a person has paused', async () => {
    const { session } = openTestSession({ secrets });
    await session.operator.ask({ command: 'pause', rules: [], sources: [], why: null });
    expect(await failure(share.run(session, { ...OPTIONS, to: ['prod-eu'] }, [MODEL]))).toMatchObject({
      name: 'PausedError',
      message: expect.stringContaining('everything is paused: "ckpt resume" lets it go on'),
    });
  });

  it('takes it back after a time, if told so', async () => {
    const ledger = createInMemoryLedger();
    const { session } = openTestSession({ ledger, secrets });
    await share.run(session, { ...OPTIONS, wait: false, expiresIn: 86_400_000, to: ['prod-eu'] }, [MODEL]);
    expect((await rowsOf(ledger))[0]?.want?.expiresAt).toBe(NOW + 86_400_000);
  });

  it.each([
    [['share', MODEL], 'No project was named. Name one or more with --to.'],
    [['share', '--to', 'prod-eu'], 'No checkpoint was named.'],
    [['share', 'ftckpt_abc', '--to', 'prod-eu'], "is the checkpoint's own id"],
    [['share', MODEL, '--to', 'prod-eü'], '"prod-eü" is no project.'],
    [['share', MODEL, '--to', 'prod-eu\u200B'], 'is no project. It has an invisible character (U+200B, a zero-width'],
    [['share', MODEL, '--to', 'рrod-eu'], 'is no project. It has the character "р" (U+0440, a Cyrillic letter) in it'],
    [['share', MODEL, '--to', 'prod-uk'], 'There is no project "prod-uk". Did you mean "prod-'],
    [['share', MODEL, '--to', 'prod-eu', '--expires-in', 'soon'], 'A time is a number and h or d'],
    [['share', MODEL, '--to', 'prod-eu', '--on-drift', 'shout'], 'Allowed choices are repair, report'],
  ])('refuses %j in a sentence', async (args, message) => {
    await using stack = await startStack({ ledger: createInMemoryLedger(), secrets });
    const { code, stdout, stderr } = await runCkpt([...args, '--no-wait'], { url: stack.url });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});
