import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { ADMIN, aSharedModel, type Hands, handsOn, toAdopt, toShare } from './by-hand.ts';

let scene: Scene;
let hands: Hands;
let model: string;
beforeEach(async () => {
  scene = await createScene();
  hands = handsOn(scene);
  model = await aSharedModel(scene);
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

const looks = () => [{ command: 'show', what: model, live: true }, toAdopt(model, [], { permissionIds: ['cp_9'] })];

describe('an admin key of no use', () => {
  it('that OpenAI does not know is explained, with the secret to put another into', async () => {
    hands.stored.set(ADMIN, 'sk-admin-revoked');
    for (const look of looks()) {
      const { name, message, next, retryAfterSeconds } = await hands.refusal(look);
      expect(name).toBe('BadCredentialsError');
      expect(message).toContain('OpenAI does not accept the admin key');
      expect(next).toContain(`put-secret-value --secret-id ${ADMIN}`);
      expect(next).toContain('sk-admin-…');
      expect(retryAfterSeconds).toBeNull();
    }
  });

  it('that lacks a scope is explained, with the scope', async () => {
    hands.stored.set(ADMIN, scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] }).value);
    for (const look of looks()) {
      const { name, message, next } = await hands.refusal(look);
      expect(name).toBe('MissingScopeError');
      expect(message).toContain('The admin key may not do this');
      expect(next).toContain('the scope api.fine_tuning.checkpoints.read');
    }
  });

  it('that is a project’s is explained', async () => {
    hands.stored.set(ADMIN, scene.fake.addProjectKey('proj_RESEARCH').value);
    const { message, next } = await hands.refusal(looks()[0] ?? {});
    expect(message).toMatch(/admin key/);
    expect(next).toContain(ADMIN);
  });

  it.each([
    ['is empty', ''],
    ['is not there', undefined],
  ])('whose secret %s is explained, and costs no call', async (problem, value) => {
    if (value === undefined) hands.stored.delete(ADMIN);
    else hands.stored.set(ADMIN, value);
    for (const look of looks()) {
      const { name, message, next } = await hands.refusal(look);
      expect(name).toBe('SecretUnusableError');
      expect(message).toBe(`The admin key cannot be used: Secret ${ADMIN} ${problem}.`);
      expect(next).toContain('Put a working key (sk-admin-…) into the secret');
    }
    expect(scene.fake.calls.all).toEqual([]);
  });

  it('never shows in an answer', async () => {
    hands.stored.set(ADMIN, 'sk-admin-secret-canary');
    for (const look of looks()) expect(JSON.stringify(await hands.refusal(look))).not.toContain('canary');
  });

  it('keeps nothing from being asked for: it is done once there is a better one, and settling says what is missing', async () => {
    scene.fake.addProject({ id: 'proj_X' });
    hands.stored.set(ADMIN, '');
    await hands.ask(toShare(model, ['proj_X']));
    const settling = () => hands.ask({ command: 'settling', checkpoint: model, projects: ['proj_X'] });
    expect(await settling()).toMatchObject({ underWay: 1, obstacle: `Secret ${ADMIN} is empty` });

    hands.stored.set(ADMIN, 'sk-admin-revoked');
    await drain(scene.deps({ key: 'sk-admin-revoked' }), 'share', inAnHour(scene)).catch(() => undefined);
    expect(await settling()).toMatchObject({ obstacle: expect.stringContaining('OpenAI refuses the admin key') });

    hands.stored.set(ADMIN, scene.fake.adminKey);
    await hands.ask(toShare(model, ['proj_X']));
    await hands.share();
    expect(await settling()).toMatchObject({ underWay: 0, obstacle: null, permissions: [{ state: 'active' }] });
  });
});

it('OpenAI being away is not taken for a mistake of the key', async () => {
  scene.fake.faults.queue('permissions.list', 'error-before');
  const { message, next } = await hands.refusal(looks()[0] ?? {});
  expect(message).toContain('OpenAI did not answer as it should');
  expect(next).toBe('Ask again in a moment.');
});
