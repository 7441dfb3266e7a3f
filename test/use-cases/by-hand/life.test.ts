import { afterEach, expect, it } from 'vitest';
import { createScene, type Scene } from '../scene.ts';
import { anUnwantedModel, handsOn, NO_RULE, toAdopt, toForget, toIgnore, toRevoke, toShare } from './by-hand.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

it('a permission lives its whole life by hand: one POST, two DELETEs, and every act is told', async () => {
  scene = await createScene();
  const hands = handsOn(scene);
  const model = await anUnwantedModel(scene);
  const by = { policy: NO_RULE };
  const stateOf = async () => (await hands.row(model, 'proj_EU'))?.state;
  const rest = async () => {
    await hands.comeToRest(NO_RULE);
    return stateOf();
  };
  const grantBehindOurBack = () => {
    scene.time.advance(10 * 60_000);
    return scene.fake.grant(model, 'proj_EU').id;
  };

  await hands.ask({ command: 'pause', rules: [], sources: ['research'], why: null }, by);
  await hands.ask(toShare(model, ['prod-eu']), by);
  expect(await rest()).toBe('pending');
  await hands.ask({ command: 'resume', rules: [], sources: ['research'] }, by);
  expect(await rest()).toBe('active');

  await hands.ask(toIgnore(model, ['prod-eu']), by);
  expect((await hands.refusal(toRevoke(model, ['prod-eu']), by)).message).toContain('is ignored');
  await hands.ask(toIgnore(model, ['prod-eu'], { undo: true }), by);
  await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }), by);
  expect(await rest()).toBe('revoked');

  const theirs = grantBehindOurBack();
  expect(await rest()).toBe('foreign');
  expect((await hands.refusal(toRevoke(model, ['prod-eu']), by)).message).toContain('is not ours');
  await hands.ask(toAdopt(model, ['prod-eu']), by);
  expect(await rest()).toBe('active');

  await hands.ask(toForget(model, ['prod-eu']), by);
  expect(await rest()).toBeUndefined();
  expect(hands.holders(model)).toEqual(['proj_EU']);
  await hands.ask(toShare(model, ['prod-eu']), by);
  expect(await rest()).toBe('active');
  expect(await hands.row(model, 'proj_EU')).toMatchObject({ permissionId: theirs });
  await hands.ask(toRevoke(model, ['prod-eu']), by);
  expect(await rest()).toBe('revoked');

  expect(await hands.history(model)).toEqual(
    [
      'wanted',
      'shared',
      'ignored',
      'heeded',
      'revoking',
      'withheld',
      'revoked',
      'foreign',
      'adopted',
      'heeded',
      'forgotten',
      'wanted',
      'heeded',
      'adopted',
      'revoking',
      'revoked',
    ].map((act) => `${act} proj_EU`),
  );
  expect(scene.fake.calls.byEndpoint()).toMatchObject({ 'permissions.create': 1, 'permissions.delete': 2 });
  expect(hands.holders(model)).toEqual([]);
});
