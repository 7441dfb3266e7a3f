import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VerifiedCheckpoint } from '../../bin/ckpt/permissions/verified.ts';
import { verify } from '../../bin/ckpt/permissions/verify.ts';
import { showVerified } from '../../bin/ckpt/permissions/verify-text.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import type { PermissionRecord } from '../../lambdas/core/model/permission.ts';
import type { OperateDeps } from '../../lambdas/use-cases/operate/deps.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL } from '../use-cases/operate/ask.ts';
import { type OpenAIScene, startOpenAIScene } from '../use-cases/operate/openai-scene.ts';
import { runCkpt } from './run-ckpt.ts';
import { openTestSession } from './session.ts';
import { startStack } from './stack.ts';

let scene: OpenAIScene;
beforeEach(async () => {
  scene = await startOpenAIScene();
  scene.fake.addModel({ id: MODEL, projectId: 'proj_RESEARCH' });
});
afterEach(() => scene[Symbol.asyncDispose]());

/** An active permission as it was granted at OpenAI. */
function granted(projectId: string): PermissionRecord {
  const { id } = scene.fake.grant(MODEL, projectId);
  return aPermission(projectId, 'active', { permissionId: id, want: wanted(projectId) });
}
const wanted = (projectId: string) => aWant(projectId, { origin: 'operator', rule: null });

const depsWith = async (...permissions: readonly PermissionRecord[]): Promise<Partial<OperateDeps>> => ({
  ...scene.deps,
  ledger: await ledgerWith(aRecord(permissions)),
});

async function verified(deps: Partial<OperateDeps>, project: readonly string[] = [], ...given: readonly string[]) {
  const { session, slept } = openTestSession(deps);
  const answer = await verify.run(session, { timeout: 300_000, project }, given.length === 0 ? [MODEL] : given);
  const document = answer.document as readonly VerifiedCheckpoint[];
  return { document, text: answer.text(), exitCode: answer.exitCode, slept, projects: document[0]?.projects ?? [] };
}

describe('ckpt verify', () => {
  it('prints for people what each project has, and a verdict', async () => {
    const deps = await depsWith(granted('proj_EU'), granted('proj_US'));
    scene.fake.setModelPermissions('proj_US', { mode: 'allow_list', modelIds: ['gpt-5'] });
    await using stack = await startStack(deps);
    const { code, stdout, stderr } = await runCkpt(['verify', MODEL], { url: stack.url });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replaceAll(/cp_\w{24}/g, 'cp_ID')).toMatchInlineSnapshot(`
      "ft:gpt-4o-mini-2024-07-18:org:support:AbCdEfGh
      PROJECT  PERMISSION                            MODEL PERMISSIONS  SEES IT  WHY
      prod-eu  cp_ID is there  allowed            no key   -
      prod-us  cp_ID is there  blocked            no key   the project's list of allowed models names neither the checkpoint nor its base model
      1 of 2 projects cannot use it, or not under the recorded id:
        prod-us: its own settings at OpenAI block the model: the project's list of allowed models names neither the checkpoint nor its base model.
      "
    `);
  });

  it('ends with 0 when every project can use it, and prints one array with --json', async () => {
    await using stack = await startStack(await depsWith(granted('proj_EU')));
    const { code, stdout } = await runCkpt(['verify', '--json', MODEL], { url: stack.url });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        checkpoint: MODEL,
        ok: true,
        gone: null,
        projects: [
          {
            projectId: 'proj_EU',
            project: 'prod-eu',
            permissionId: expect.stringMatching(/^cp_/),
            recorded: 'active',
            live: 'there',
            modelPermissions: 'allowed',
            why: null,
            sees: 'no-key',
            seesWhy: null,
            ok: true,
          },
        ],
      },
    ]);
    expect(Object.keys(JSON.parse(stdout)[0].projects[0])).toEqual([
      'projectId',
      'project',
      'permissionId',
      'recorded',
      'live',
      'modelPermissions',
      'why',
      'sees',
      'seesWhy',
      'ok',
    ]);
  });

  it('tells a permission that is gone, that has another id, and that nobody tracks', async () => {
    const other = scene.fake.grant(MODEL, 'proj_US').id;
    const untracked = scene.fake.grant(MODEL, 'proj_RESEARCH').id;
    const deps = await depsWith(
      aPermission('proj_EU', 'active', { permissionId: 'cp_gone', want: wanted('proj_EU') }),
      aPermission('proj_US', 'active', { permissionId: 'cp_old', want: wanted('proj_US') }),
      aPermission('proj_RESEARCH', 'pending', { want: wanted('proj_RESEARCH') }),
    );
    const { projects, exitCode, text } = await verified(deps);
    expect(projects.map(({ live, permissionId, ok }) => ({ live, permissionId, ok }))).toEqual([
      { live: 'missing', permissionId: 'cp_gone', ok: false },
      { live: 'untracked', permissionId: untracked, ok: false },
      { live: 'other-id', permissionId: 'cp_old', ok: false },
    ]);
    expect(exitCode).toBe(1);
    expect(text).toContain('3 of 3 projects cannot use it');
    expect(text).not.toContain(other);
  });

  it.each([
    ['pending', 'ckpt reconcile --wait'],
    ['drifted', `ckpt repair ${MODEL}`],
    ['rejected', 'ckpt list --state rejected'],
  ] as const)('says what to do about one that is %s', async (state, next) => {
    const { text } = await verified(await depsWith(aPermission('proj_EU', state, { want: wanted('proj_EU') })));
    expect(text).toContain(`missing (${state})`);
    expect(text).toContain(next);
  });

  it('looks with the project key, where there is one', async () => {
    const deps = await depsWith(granted('proj_RESEARCH'));
    expect((await verified(deps)).projects).toMatchObject([{ sees: 'yes', ok: true }]);
    scene.fake.addModel({ id: MODEL, projectId: 'proj_nobody' });
    scene.fake.faults.queue('models.get', 'error-before');
    expect((await verified(deps)).projects).toMatchObject([{ sees: 'unknown', ok: true }]);
  });

  it('leaves out what nobody is to have any more, or what is not ours', async () => {
    const deps = await depsWith(
      aPermission('proj_A', 'revoked'),
      aPermission('proj_B', 'foreign', { permissionId: scene.fake.grant(MODEL, 'proj_EU').id }),
      aPermission('proj_C', 'revoking', { permissionId: 'cp_c' }),
    );
    const { document, exitCode, text } = await verified(deps);
    expect(document).toEqual([{ checkpoint: MODEL, ok: true, gone: null, projects: [] }]);
    expect(exitCode).toBe(0);
    expect(text).toContain('Nobody is to have it.');
  });

  it('of a checkpoint that nobody knows is no success', async () => {
    scene.fake.deleteModel(MODEL);
    const { document, exitCode, text } = await verified({ ...scene.deps, ledger: await ledgerWith() });
    expect(document).toMatchObject([{ ok: false, gone: expect.stringContaining('does not exist'), projects: [] }]);
    expect(exitCode).toBe(1);
    expect(text).toContain('OpenAI does not know it any more');
  });

  it('of one that is gone asks about no project', async () => {
    const deps = await depsWith(granted('proj_EU'));
    scene.fake.deleteModel(MODEL);
    const { projects } = await verified(deps);
    expect(projects).toMatchObject([{ live: 'missing', modelPermissions: null, sees: null, ok: false }]);
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'permissions.list': 1 });
  });

  it('can be narrowed to projects, also to one that is not to have it', async () => {
    const deps = await depsWith(granted('proj_EU'), granted('proj_US'));
    expect((await verified(deps, ['prod-us'])).projects).toMatchObject([{ projectId: 'proj_US', ok: true }]);
    const { projects, text } = await verified(deps, ['research']);
    expect(projects).toMatchObject([{ project: 'research', recorded: null, live: 'missing', ok: false }]);
    expect(text).toContain('"ckpt share" shares by hand');
    await expect(verified(deps, ['prod-asia'])).rejects.toThrow('There is no project "prod-asia".');
  });

  it('takes several checkpoints, each once, and waits for slots', async () => {
    const others = [1, 2, 3, 4, 5, 6].map((step) => `${MODEL}:ckpt-step-${step}`);
    for (const id of others) scene.fake.addModel({ id, projectId: 'proj_RESEARCH' });
    const deps = await depsWith(granted('proj_EU'));
    const { document, slept } = await verified(deps, [], MODEL, ...others, MODEL);
    expect(document.map(({ checkpoint }) => checkpoint)).toEqual([MODEL, ...others]);
    expect(slept).toEqual([62_000]);
  });

  it.each([
    [['cp_1'], 'is no checkpoint'],
    [[], 'No checkpoint was named.'],
    [['ftckpt_1'], "the checkpoint's own id"],
  ])('refuses %j', async (given, message) => {
    const { session } = openTestSession();
    await expect(verify.run(session, { timeout: 1 }, given)).rejects.toThrow(message);
  });
});

describe('the text of ckpt verify', () => {
  it('marks what is bad where there are colours', () => {
    const project = {
      projectId: 'proj_EU',
      project: null,
      permissionId: 'cp_1',
      recorded: 'active',
      live: 'there',
      modelPermissions: 'allowed',
      why: null,
      sees: 'no',
      seesWhy: 'no such model\u001b[2J',
      ok: false,
    } as const;
    const text = showVerified(
      [{ checkpoint: MODEL, ok: false, gone: null, projects: [project] }],
      createPaint(true),
      null,
    );
    expect(text).toContain(createPaint(true)('red', 'no     '));
    expect(text).not.toContain('\u001b[2J');
  });
});
