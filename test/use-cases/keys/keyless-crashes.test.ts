import { describe, expect, it } from 'vitest';
import { UncertainError } from '../../../lambdas/core/errors.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import { type KeylessScene, startKeylessScene } from './keyless-scene.ts';

/** The same ports, of which the n-th call that changes something breaks off: before it is made, or with its answer. */
function breakingOff({ deps }: KeylessScene, nth: number, when: 'before' | 'after') {
  let count = 0;
  const guarded = <Args extends readonly unknown[], Answer>(call: (...args: Args) => Promise<Answer>) => {
    return async (...args: Args): Promise<Answer> => {
      const breaks = count++ === nth;
      if (breaks && when === 'before') throw new UncertainError('broken off before the call');
      const answer = await call(...args);
      if (breaks) throw new UncertainError('broken off before the answer');
      return answer;
    };
  };
  const { providers, rules, api, identity, store } = deps;
  const endpoints = deps.endpointsOf('research');
  if (endpoints === undefined) throw new Error('no source research');
  const { connected } = identity;
  const parts: Partial<KeysDeps> = {
    providers: { ...providers, create: guarded(providers.create), delete: guarded(providers.delete) },
    rules: { ...rules, create: guarded(rules.create), update: guarded(rules.update), delete: guarded(rules.delete) },
    api: {
      ...api,
      createServiceAccount: guarded(api.createServiceAccount),
      setRole: guarded(api.setRole),
      deleteServiceAccount: guarded(api.deleteServiceAccount),
    },
    identity: {
      ...identity,
      connected: { ...connected, save: guarded(connected.save), delete: guarded(connected.delete) },
    },
    endpointsOf: () => ({
      ...endpoints,
      create: guarded(endpoints.create),
      delete: guarded(endpoints.delete),
      rotateSecret: guarded(endpoints.rotateSecret),
    }),
    store: { ...store, put: guarded(store.put) },
    ledgerAs: (author) => {
      const ledger = deps.ledgerAs(author);
      return { ...ledger, addEvent: guarded(ledger.addEvent) };
    },
  };
  return { parts, hasBroken: () => count > nth };
}

async function standing(scene: KeylessScene) {
  const brief = async () =>
    (await scene.rules()).map(({ name, matchers, scopes }) => JSON.stringify({ name, matchers, scopes })).toSorted();
  return {
    providers: (await scene.providers()).length,
    accounts: scene.accounts().map(({ name, role }) => ({ name, role })),
    rules: await brief(),
    endpoints: scene.endpoints().map(({ url, eventTypes }) => ({ url, eventTypes })),
    isConnected: (await scene.deps.identity.connected.get('research')) !== undefined,
  };
}

/** What it comes to where nothing breaks off. */
async function undisturbed() {
  await using scene = await startKeylessScene();
  const empty = await standing(scene);
  await scene.connect();
  return { empty, connected: await standing(scene) };
}

describe.each(['before', 'after'] as const)('broken off %s any call that changes something', (when) => {
  it('connecting ends the same when it is asked for again', async () => {
    const { connected } = await undisturbed();
    for (let nth = 0; ; nth++) {
      await using scene = await startKeylessScene();
      const { parts, hasBroken } = breakingOff(scene, nth, when);
      await scene.try('connect-source', parts);
      scene.advance(61_000);
      await scene.connect();
      expect(await standing(scene)).toEqual(connected);
      scene.advance(1_000);
      expect(await scene.test()).toMatchObject({ failure: null, verifiedAt: expect.any(String) });
      expect(await scene.connect()).toMatchObject({ changed: false, verified: true });
      const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 9 });
      expect(items.map(({ note }) => note).join()).toContain('read without a stored key');
      if (!hasBroken()) break;
    }
  });

  it('mending rules is told of', async () => {
    for (let nth = 0; ; nth++) {
      await using scene = await startKeylessScene();
      await scene.connect();
      const [first, second] = await scene.rules();
      if (first === undefined || second === undefined) throw new Error('no rules');
      await scene.deps.rules.update(first.providerId, first.id, { enabled: false });
      const { id: double } = await scene.deps.rules.create(second.providerId, { ...second, name: second.name ?? '' });
      scene.advance(61_000);
      const { parts, hasBroken } = breakingOff(scene, nth, when);
      await scene.try('connect-source', parts);
      scene.advance(61_000);
      await scene.connect();
      const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 9 });
      const told = items.map(({ note }) => note).join();
      expect(told).toContain(`${first.id} is to be mended`);
      // Of two that are alike either may go.
      const gone = (await scene.rules()).some(({ id }) => id === double) ? second.id : double;
      expect(told).toContain(`${gone} is to be deleted`);
      if (!hasBroken()) break;
    }
  });

  it('disconnecting leaves nothing behind when it is asked for again', async () => {
    const { empty } = await undisturbed();
    for (let nth = 0; ; nth++) {
      await using scene = await startKeylessScene();
      await scene.connect();
      scene.advance(61_000);
      const { parts, hasBroken } = breakingOff(scene, nth, when);
      await scene.try('disconnect-source', parts);
      scene.advance(10 * 60_000);
      await scene.disconnect();
      expect(await standing(scene)).toEqual(empty);
      if (!hasBroken()) break;
    }
  });
});
