import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { AUDIENCE } from '../../fake-openai/identity-tokens.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { ISSUER } from '../../shared/web-identity.ts';
import { type KeylessScene, startKeylessScene } from './keyless-scene.ts';

let scene: KeylessScene;
beforeEach(async () => {
  scene = await startKeylessScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** Of some 60 other sources, and of as many as can be read to their end where OpenAI shows all of them. */
const OTHERS = { works: 240, ignored: 60 } as const;

/** The rules of other sources, which act as accounts of other projects at the very same provider. */
async function manySources(count: number) {
  const { providers, rules, api } = scene.deps;
  scene.fake.addProject({ id: 'proj_OTHERS' });
  const { id } = await providers.create({ name: 'Checkpoint Sharing on AWS', issuer: ISSUER, audience: AUDIENCE });
  const account = await api.createServiceAccount('proj_OTHERS', 'of others');
  const order = { projectId: 'proj_OTHERS', serviceAccountId: account.id, scopes: null };
  for (let n = 0; n < count; n++) {
    await rules.create(id, {
      ...order,
      name: `n ${n}`,
      matchers: { sub: `arn:aws:iam::111122223333:role/other-${n}` },
    });
  }
}

/** Asks as ckpt does, again whenever it is told after how long; how often it took. */
async function patiently(command: 'connect-source' | 'disconnect-source') {
  const pacer = createPacer(createInMemoryPacerStore(), { ...DEFAULT_PACER_RULES, limit: 6 }, scene.deps.now);
  for (let asked = 1; asked <= 12; asked++) {
    const answer = await scene.try(command, { pacer });
    if (answer.ok) return asked;
    expect(answer).toMatchObject({ error: { name: 'NoSlotError' }, retryAfterSeconds: expect.any(Number) });
    scene.advance((answer.retryAfterSeconds ?? 0) * 1_000);
  }
  return expect.fail(`${command} came to no end`);
}

describe.each(['works', 'ignored'] as const)('one of many sources at a provider, whose filter %s', (filter) => {
  it.each([
    [8, true],
    [3, true],
    [3, false],
  ])(
    'is connected and disconnected where OpenAI bears %i calls a minute (Retry-After: %s)',
    async (requests, retryAfter) => {
      scene.fake.quirks.ruleFilter = filter;
      await manySources(OTHERS[filter]);
      Object.assign(scene.fake.throttle, { kind: 'sliding-window', requests, retryAfter });
      await patiently('connect-source');
      expect(await scene.deps.identity.connected.get('research')).toMatchObject({ source: 'research' });
      scene.fake.throttle.kind = 'off';
      expect(await scene.rules()).toHaveLength(OTHERS[filter] + 4);
      expect(await scene.connect()).toMatchObject({ changed: false });
      scene.advance(61_000);
      scene.fake.throttle.kind = 'sliding-window';
      await patiently('disconnect-source');
      scene.fake.throttle.kind = 'off';
      expect([(await scene.rules()).length, scene.accounts(), (await scene.providers()).length]).toEqual([
        OTHERS[filter],
        [],
        1,
      ]);
    },
  );
});

describe('calls that no slot is for', () => {
  it.each([
    ['token.exchange', 'connect-source'],
    ['webhook_endpoints.list', 'connect-source'],
    ['webhook_endpoints.create', 'connect-source'],
    ['webhook_endpoints.list', 'disconnect-source'],
    ['webhook_endpoints.delete', 'disconnect-source'],
  ] as const)('%s is asked for again later where OpenAI throttles it (%s)', async (endpoint, command) => {
    if (command === 'disconnect-source') await scene.connect();
    if (command === 'disconnect-source') scene.advance(10 * 60_000);
    scene.fake.faults.queue(endpoint, 'throttled');
    const answer = await scene.try(command);
    expect(answer).toMatchObject({ ok: false, error: { name: 'NotYetError' }, retryAfterSeconds: expect.any(Number) });
    scene.advance(61_000);
    expect(await scene.try(command)).toMatchObject({ ok: true });
  });
});
