import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { adopt } from '../../../bin/ckpt/permissions/adopt.ts';
import type { AdoptedState } from '../../../bin/ckpt/permissions/adopt-state.ts';
import { MissingScopeError, NotFoundError } from '../../../lambdas/core/errors.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { MODEL, NOW, unprepared } from '../../use-cases/operate/ask.ts';
import { aFolder } from '../folder.ts';
import { openTestSession } from '../session.ts';
import { failure, granted, openAIWith, openScene, rowsOf, shown } from './scene.ts';

const OPTIONS = { timeout: 60_000 } as const;
const THREE = [shown('proj_EU'), shown('proj_US'), shown('proj_X')];

/** As the provider writes it: of several projects only that of the id which it has kept. */
function stateOf(
  ...permissions: readonly { readonly id: string; readonly checkpoint: string; readonly projects: readonly string[] }[]
) {
  const instances = permissions.map(({ id, checkpoint, projects }, index) => ({
    index_key: index,
    attributes: { id, checkpoint_id: checkpoint, project_ids: projects, created_at: NOW / 1_000 },
  }));
  const type = 'openai_fine_tuning_checkpoint_permission';
  return JSON.stringify({ version: 4, resources: [{ mode: 'managed', type, name: 'prod', instances }] });
}

async function adoptState(parts: Partial<OperateDeps>, text: string, options = {}) {
  await using folder = await aFolder();
  const file = folder.in('terraform.tfstate');
  await writeFile(file, text);
  const { session } = openTestSession(parts);
  return await adopt.run(session, { ...OPTIONS, ...options, terraformState: file }, []);
}

describe('ckpt adopt', () => {
  it.each([
    ['by permission id and checkpoint', {}, ['cp_EU', MODEL]],
    ['by permission id and --checkpoint', { checkpoint: MODEL }, ['cp_EU']],
    ['by project', { project: ['prod-eu'] }, [MODEL]],
    ['as Terraform imports it', {}, [`${MODEL}:proj_EU`]],
    ['as Terraform imports it, by permission id', {}, [`${MODEL}:cp_EU`]],
  ])('tracks one permission, named %s, after a look at OpenAI', async (_, options, args) => {
    const ledger = createInMemoryLedger();
    const { session } = openTestSession({ ledger, ...openAIWith(THREE) });
    const answer = await adopt.run(session, { ...OPTIONS, ...options }, args);
    expect(answer.exitCode).toBe(0);
    expect(answer.text()).toContain('+ cp_EU (prod-eu)  tracked from now on, wanted by: adopted');
    expect((await rowsOf(ledger)).map(({ projectId, state }) => [projectId, state])).toEqual([
      ['proj_EU', 'active'],
      ['proj_US', 'foreign'],
      ['proj_X', 'foreign'],
    ]);
  });

  it('takes all of a checkpoint with --all, and asks which where several could be meant', async () => {
    const ledger = createInMemoryLedger();
    const { session } = openTestSession({ ledger, ...openAIWith(THREE) });
    expect(await failure(adopt.run(session, OPTIONS, [MODEL]))).toMatchObject({
      message: expect.stringContaining('3 permissions for it that are not tracked: cp_EU (prod-eu), cp_US (prod-us)'),
      next: expect.stringContaining('--all'),
    });
    expect(await rowsOf(ledger)).toEqual([]);
    await adopt.run(session, { ...OPTIONS, all: true }, [MODEL]);
    expect((await rowsOf(ledger)).map(({ state }) => state)).toEqual(['active', 'active', 'active']);
  });

  it('finds out in the audit log whose a bare permission id is', async () => {
    const { admin } = openAIWith(THREE);
    const findCreated = async () => ({ checkpoint: MODEL, projectId: 'proj_EU' });
    const ledger = createInMemoryLedger();
    const { session } = openTestSession({ ledger, admin: { ...admin, findCreated } });
    expect((await adopt.run(session, OPTIONS, ['cp_EU'])).document).toMatchObject({ checkpoint: MODEL });
    const off = async () => Promise.reject(new MissingScopeError('Audit logging is not enabled.', { status: 403 }));
    const blind = openTestSession({ admin: { ...admin, findCreated: off } });
    expect(await failure(adopt.run(blind.session, OPTIONS, ['cp_EU']))).toMatchObject({
      message: expect.stringContaining('Nobody can tell which checkpoint cp_EU is for'),
      next: expect.stringContaining('--checkpoint'),
    });
  });

  it('records nothing of what is not at OpenAI, and ends with 1', async () => {
    const ledger = createInMemoryLedger();
    const { session } = openTestSession({ ledger, ...openAIWith([]) });
    const answer = await adopt.run(session, { ...OPTIONS, checkpoint: MODEL }, ['cp_EU']);
    expect({ code: answer.exitCode, text: answer.text() }).toEqual({
      code: 1,
      text: `${MODEL}\n  ! cp_EU is not at OpenAI: nothing was recorded of it\n`,
    });
    expect(await rowsOf(ledger)).toEqual([]);
  });

  it('waits for a slot of the admin API, and tells why', async () => {
    const { session, slept } = openTestSession({
      ...openAIWith(THREE),
      pacer: {
        start: async () => ({ waitMs: session.now() > NOW ? 0 : 7_500, reason: null }),
        throttled: async () => undefined,
      },
    });
    await adopt.run(session, { ...OPTIONS, all: true }, [MODEL]);
    expect(slept).toEqual([8_000]);
  });

  it('costs no call for what is tracked already', async () => {
    const { session } = await openScene([granted('proj_EU')], { admin: unprepared('admin') });
    const answer = await adopt.run(session, { ...OPTIONS, checkpoint: MODEL }, ['cp_EU']);
    expect(answer.text()).toContain('cp_EU (prod-eu)  tracked already');
  });

  it.each([
    [[], {}, 'Nothing was named.'],
    [['ftjob-1', 'cp_1'], {}, 'A job is adopted by itself.'],
    [[MODEL, `${MODEL}:ckpt-step-5`], {}, 'One checkpoint at a time.'],
    [['cp_1'], { terraformState: 'file' }, 'A state file says itself'],
  ])('refuses %j', async (args, options, message) => {
    const { session } = openTestSession();
    expect(await failure(adopt.run(session, { ...OPTIONS, ...options }, args))).toMatchObject({
      message: expect.stringContaining(message),
      next: expect.stringContaining('--help'),
    });
  });
});

describe('ckpt adopt --terraform-state', () => {
  const kept = { id: 'cp_EU', checkpoint: MODEL, projects: ['proj_EU'] };
  const foreign = shown('proj_THEIRS', 'cp_theirs', NOW - 3_600_000);

  it('adopts what the provider has kept and what it has lost, and leaves what others have made', async () => {
    const ledger = createInMemoryLedger();
    const answer = await adoptState({ ledger, ...openAIWith([foreign, ...THREE]) }, stateOf(kept));
    expect(answer.exitCode).toBe(0);
    expect((await rowsOf(ledger)).map(({ projectId, state }) => [projectId, state]).sort()).toEqual([
      ['proj_EU', 'active'],
      ['proj_THEIRS', 'foreign'],
      ['proj_US', 'active'],
      ['proj_X', 'active'],
    ]);
    expect(answer.text()).toContain('3 permissions of 1 checkpoints are tracked; 0 could not be adopted.');
    expect(answer.text()).toContain(
      '1 more are at OpenAI, not from this state as far as can be told: --all adopts them',
    );
  });

  it('adopts everything of its checkpoints with --all', async () => {
    const ledger = createInMemoryLedger();
    await adoptState({ ledger, ...openAIWith([foreign, ...THREE]) }, stateOf(kept), { all: true });
    expect((await rowsOf(ledger)).every(({ state }) => state === 'active')).toBe(true);
  });

  it('costs no call the second time', async () => {
    const ledger = createInMemoryLedger();
    await adoptState({ ledger, ...openAIWith(THREE) }, stateOf(kept));
    const again = await adoptState({ ledger, admin: unprepared('admin') }, stateOf(kept));
    expect((again.document as AdoptedState).checkpoints[0]?.adopted).toMatchObject([{ already: true }]);
  });

  it('goes on after what cannot be adopted, names it, and ends with 1', async () => {
    const gone = `${MODEL}:ckpt-step-5`;
    const list = async (checkpoint: string) => {
      if (checkpoint === gone) throw new NotFoundError('The model does not exist', { status: 404 });
      return { permissions: THREE, next: null };
    };
    const admin = { ...unprepared<OperateDeps['admin']>('admin'), list };
    const text = stateOf({ id: 'cp_9', checkpoint: gone, projects: ['proj_EU'] }, kept, {
      id: 'cp_lost',
      checkpoint: MODEL,
      projects: ['proj_GONE'],
    });
    const answer = await adoptState({ admin }, text);
    expect(answer.exitCode).toBe(1);
    const { failed, checkpoints } = answer.document as AdoptedState;
    expect(failed.map(({ message }) => message)).toEqual([
      expect.stringContaining('OpenAI does not know'),
      'cp_lost is not at OpenAI.',
      'proj_GONE is not at OpenAI.',
    ]);
    expect(checkpoints[0]?.adopted).toHaveLength(3);
  });

  it('is broken off by a key that is of no use, and says what is done', async () => {
    const list = async () => Promise.reject(new MissingScopeError('Missing scopes: api.fine_tuning.checkpoints.read.'));
    const admin = { ...unprepared<OperateDeps['admin']>('admin'), list };
    expect(await failure(adoptState({ admin }, stateOf(kept)))).toMatchObject({
      name: 'MissingScopeError',
      message: expect.stringContaining('The admin key may not do this'),
      next: expect.stringMatching(/the scope api\.fine_tuning\.checkpoints\.read .* 0 of 1 are done/),
    });
  });
});
