import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repair } from '../../bin/ckpt/permissions/share.ts';
import { apply } from '../../bin/ckpt/plan/apply.ts';
import { plan } from '../../bin/ckpt/plan/plan.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { changeState } from '../../lambdas/use-cases/change.ts';
import { aPolicy, aRule } from '../core/policy/builders.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL } from '../use-cases/operate/ask.ts';
import { runCkpt } from './run-ckpt.ts';
import { openTestSession } from './session.ts';
import { startStack } from './stack.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ckpt-apply-'));
  file = join(directory, 'plan.json');
});
afterEach(() => rm(directory, { recursive: true }));

const policy = aPolicy([aRule()], { prune: true });

/** So many permissions that no rule wants any more. */
function unwanted(count: number): Promise<Ledger> {
  const permissions = Array.from({ length: count }, (_, index) =>
    aPermission(`proj_${index}`, 'active', { permissionId: `cp_${index}`, want: aWant(`proj_${index}`) }),
  );
  return ledgerWith(aRecord(permissions, { jobId: null, source: null }));
}

async function revoking(ledger: Ledger): Promise<number> {
  const { permissions = {} } = (await ledger.getCheckpoint(MODEL)) ?? {};
  return Object.values(permissions).filter(({ state }) => state === 'revoking').length;
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('should have failed'),
    (error: unknown) => error,
  );

describe('ckpt apply', () => {
  it('shows the plan and asks; only "yes" carries it out', async () => {
    const ledger = await unwanted(2);
    const { session, said, asked } = openTestSession({ ledger, policy }, ['y', 'yes']);
    expect(await failure(apply.run(session, {}, []))).toMatchObject({
      name: 'NotAgreedError',
      message: 'Nothing was done.',
    });
    expect(await revoking(ledger)).toBe(0);
    const answer = await apply.run(session, {}, []);
    expect(await revoking(ledger)).toBe(2);
    expect(asked).toHaveLength(2);
    expect(said[0]).toContain('Plan: 0 to share, 2 to revoke.');
    expect(answer.text()).toMatch(/^Applied: 0 to share, 2 to revoke\.\nThat takes 2 admin calls \(2 DELETE\)/);
    expect(answer.document).toMatchObject({ stack: 'CheckpointSharing', checkpoints: 1, notWritten: 0 });
  });

  it('does not ask with --yes, and has nothing to do where nothing is', async () => {
    const ledger = await unwanted(2);
    const { session } = openTestSession({ ledger, policy });
    await apply.run(session, { yes: true }, []);
    expect(await revoking(ledger)).toBe(2);
    expect((await apply.run(session, { yes: true }, [])).text()).toBe('Nothing to add to the 2 changes under way.\n');
    const empty = openTestSession();
    expect((await apply.run(empty.session, {}, [])).text()).toBe('Nothing to do.\n');
  });

  it('refuses without a terminal and without --yes', async () => {
    const ledger = await unwanted(2);
    await using stack = await startStack({ ledger, policy });
    const { code, stdout, stderr } = await runCkpt(['apply'], { url: stack.url });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Nobody is there to be asked');
    expect(await revoking(ledger)).toBe(0);
  });
});

describe('ckpt apply of a file', () => {
  const write = async (session: Parameters<typeof plan.run>[0]) => plan.run(session, { out: file }, []);

  it('carries out the plan that was written', async () => {
    const ledger = await unwanted(2);
    const { session } = openTestSession({ ledger, policy });
    await write(session);
    await apply.run(session, {}, [file]);
    expect(await revoking(ledger)).toBe(2);
  });

  it('refuses it when the world has moved on since', async () => {
    const ledger = await unwanted(2);
    const { session } = openTestSession({ ledger, policy });
    await write(session);
    await changeEverything(ledger);
    expect(await failure(apply.run(session, {}, [file]))).toMatchObject({
      name: 'PlanChangedError',
      message: 'The world has moved on since 2026-11-20T12:00:00.000Z.',
      next: 'Run ckpt plan again.',
    });
  });

  it('refuses it for another stack, and what is no plan', async () => {
    const { session } = openTestSession({ ledger: await unwanted(2), policy });
    await write(session);
    const other = { ...session, stack: 'Other' };
    expect(await failure(apply.run(other, {}, [file]))).toMatchObject({
      message: expect.stringContaining('is a plan for CheckpointSharing in eu-west-1, not for Other in eu-west-1'),
    });
    await writeFile(file, '{"version": 2}');
    expect(await failure(apply.run(session, {}, [file]))).toMatchObject({
      message: expect.stringContaining('is no plan'),
    });
    await writeFile(file, '{');
    expect(await failure(apply.run(session, {}, [file]))).toMatchObject({
      message: expect.stringContaining('cannot be read'),
    });
    expect(await failure(apply.run(session, {}, [directory]))).toMatchObject({ name: 'FileError' });
  });

  it('beyond the guard takes its id as well', async () => {
    const ledger = await unwanted(6);
    const { session } = openTestSession({ ledger, policy });
    const { guard } = (await write(session)).document as { guard: { id: string } };
    expect(await failure(apply.run(session, {}, [file]))).toMatchObject({ next: expect.stringContaining(guard.id) });
    expect(await revoking(ledger)).toBe(0);
    await apply.run(session, { confirm: guard.id }, [file]);
    expect(await revoking(ledger)).toBe(6);
  });
});

describe('ckpt apply --confirm', () => {
  it('lets the plan through that waits, for a reconcile to carry out', async () => {
    const ledger = await unwanted(6);
    const { session } = openTestSession({ ledger, policy }, ['yes']);
    const error = await failure(apply.run(session, {}, []));
    expect(error).toMatchObject({ name: 'ConfirmationNeededError', message: expect.stringContaining('6 of 6') });
    const [id = ''] = /[0-9a-f]{16}/.exec((error as { next: string }).next) ?? [];
    const answer = await apply.run(session, { confirm: id }, []);
    expect(answer.document).toMatchObject({ id, revocations: 6, tracked: 6 });
    expect(answer.text()).toContain(`Confirmed ${id}: 6 of 6 tracked permissions will be revoked.`);
    expect(await ledger.getState('waitingPlan')).toMatchObject({ confirmedId: id });
  });

  it('is refused where no plan waits', async () => {
    await using stack = await startStack();
    const { code, stderr } = await runCkpt(['apply', '--confirm', 'feedc0de'], { url: stack.url });
    expect(code).toBe(1);
    expect(stderr).toContain('No plan waits for confirmation');
  });
});

describe('ckpt repair', () => {
  it('says with whom the checkpoint is shared again', async () => {
    const drifted = aPermission('proj_EU', 'drifted', { want: aWant('proj_EU') });
    await using stack = await startStack({ ledger: await ledgerWith(aRecord([drifted])) });
    const { code, stdout } = await runCkpt(['repair', MODEL, '--project', 'prod-eu'], { url: stack.url });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${MODEL} is shared again with prod-eu.\n` });
    expect((await runCkpt(['repair'], { url: stack.url })).stderr).toContain("Missing required argument 'checkpoint'");
  });

  it('has one document', async () => {
    const drifted = aPermission('proj_X', 'drifted', { want: aWant('proj_X') });
    const { session } = openTestSession({ ledger: await ledgerWith(aRecord([drifted])) });
    expect((await repair.run(session, {}, [MODEL])).document).toEqual({
      checkpoint: MODEL,
      projects: [{ projectId: 'proj_X', project: null }],
    });
  });
});

/** Somebody confirms another plan, and the ledger has one permission more. */
async function changeEverything(ledger: Ledger): Promise<void> {
  await changeState(ledger, 'waitingPlan', (state) => ({ ...state, confirmedId: 'another' }));
  const more = aPermission('proj_MORE', 'active', { permissionId: 'cp_more', want: aWant('proj_MORE') });
  const before = await ledger.getCheckpoint(MODEL);
  if (before === undefined) throw new Error('the ledger has nothing of it');
  await ledger.saveCheckpoint({ ...before, permissions: { ...before.permissions, proj_MORE: more } }, before);
}
