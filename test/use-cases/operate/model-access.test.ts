import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { ask, MODEL, NOW, operatorDeps } from './ask.ts';
import { ADMIN, type OpenAIScene, PROJECT_KEY, startOpenAIScene } from './openai-scene.ts';

let scene: OpenAIScene;
beforeEach(async () => {
  scene = await startOpenAIScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const request = (project: string, checkpoint = MODEL) => ({ command: 'model-access', checkpoint, project }) as const;

async function refusal(project: string, checkpoint?: string, deps = operatorDeps(scene.deps)) {
  const answer = await createOperator(deps)(request(project, checkpoint), 'request-1');
  if (answer.ok) throw new Error('this was to be refused');
  return answer;
}

describe('model-access', () => {
  it('of a target is what its own list says; the stack has no key to look with', async () => {
    expect(await ask(operatorDeps(scene.deps), request('prod-eu'))).toEqual({
      projectId: 'proj_EU',
      project: 'prod-eu',
      modelPermissions: 'allowed',
      why: null,
      sees: 'no-key',
      seesWhy: null,
    });
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'projects.model_permissions': 1 });
  });

  it('says what blocks it, and what is unclear', async () => {
    scene.fake.setModelPermissions('proj_EU', { mode: 'deny_list', modelIds: [MODEL] });
    scene.fake.setModelPermissions('proj_US', { mode: 'allow_list', modelIds: ['gpt-4o-mini'] });
    const deps = operatorDeps(scene.deps);
    expect(await ask(deps, request('proj_EU'))).toMatchObject({
      modelPermissions: 'blocked',
      why: expect.stringContaining('names the checkpoint'),
    });
    expect(await ask(deps, request('prod-us'))).toMatchObject({
      modelPermissions: 'unclear',
      why: expect.stringContaining('OpenAI does not say'),
    });
  });

  it('of a source is also whether it sees the model with its own key', async () => {
    scene.fake.addModel({ id: MODEL, projectId: 'proj_RESEARCH' });
    const deps = operatorDeps(scene.deps);
    expect(await ask(deps, request('research'))).toMatchObject({ sees: 'yes', seesWhy: null });
    scene.fake.deleteModel(MODEL);
    expect(await ask(deps, request('research'))).toMatchObject({
      sees: 'no',
      seesWhy: expect.stringContaining('does not exist or you do not have access'),
    });
  });

  it('does not fail when the project key does', async () => {
    scene.stored.set(PROJECT_KEY, 'sk-proj-revoked');
    expect(await ask(operatorDeps(scene.deps), request('research'))).toMatchObject({
      modelPermissions: 'allowed',
      sees: 'unknown',
      seesWhy: expect.stringContaining('OpenAI does not accept the project key of research'),
    });
    scene.stored.delete(PROJECT_KEY);
    expect(await ask(operatorDeps(scene.deps), request('research'))).toMatchObject({
      sees: 'unknown',
      seesWhy: expect.stringContaining('cannot be used'),
    });
  });

  it('of many checkpoints takes one admin call a project, while the list is fresh', async () => {
    let now = NOW;
    const deps = operatorDeps({ ...scene.deps, now: () => now });
    for (const step of [1, 2, 3]) await ask(deps, request('prod-eu', `${MODEL}:ckpt-step-${step}`));
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'projects.model_permissions': 1 });
    scene.fake.setModelPermissions('proj_EU', { mode: 'deny_list', modelIds: [MODEL] });
    now += 60_000;
    expect(await ask(deps, request('prod-eu'))).toMatchObject({ modelPermissions: 'blocked' });
  });
});

describe('model-access refuses', () => {
  it.each([
    ['what is no checkpoint', 'prod-eu', 'ftckpt_1', 'is no checkpoint'],
    ['a mistyped alias', 'prod-eü', MODEL, 'Did you mean "prod-eu"?'],
  ])('%s', async (_, project, checkpoint, message) => {
    const { error } = await refusal(project, checkpoint);
    expect(`${error.message} ${error.next}`).toContain(message);
    expect(scene.fake.calls.count()).toBe(0);
  });

  it('a project that OpenAI does not know', async () => {
    const { error } = await refusal('proj_nobody');
    expect(error).toMatchObject({ name: 'NotFoundError', message: expect.stringContaining('Project not found') });
  });

  it('with the scope that the admin key lacks', async () => {
    const { value } = scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] });
    scene.stored.set(ADMIN, value);
    const { error } = await refusal('prod-eu');
    expect(error).toMatchObject({ name: 'MissingScopeError', next: expect.stringContaining('api.management.read') });
  });

  it('without a slot, and says when to ask again', async () => {
    const deps = operatorDeps(scene.deps);
    for (let call = 0; call < 6; call++) await deps.pacer.start('projects.model-permissions', 'fresh');
    const answer = await refusal('prod-eu', MODEL, deps);
    expect(answer).toMatchObject({ error: { name: 'NoSlotError' }, retryAfterSeconds: 62 });
    expect(scene.fake.calls.count()).toBe(0);
  });

  it('and tells the pacer, when OpenAI throttles it', async () => {
    scene.fake.faults.queue('projects.model_permissions', 'throttled');
    const deps = operatorDeps(scene.deps);
    expect((await refusal('prod-eu', MODEL, deps)).retryAfterSeconds).toBe(60);
    expect(await deps.pacer.start('projects.model-permissions', 'fresh')).toMatchObject({
      reason: 'OpenAI answered 429',
    });
  });
});
