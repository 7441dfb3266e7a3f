import { describe, expect, it } from 'vitest';
import { UncertainError } from '../../../lambdas/core/errors.ts';
import { JOB_ENDED } from '../../../lambdas/core/webhook/event.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import { createWebhookSecret } from '../../fake-openai/webhook.ts';
import { STACK, WEBHOOK_SECRET } from './keys-scene.ts';
import { type SourcesScene, startSourcesScene, URL_OF_RESEARCH } from './sources-scene.ts';

const ours = { url: URL_OF_RESEARCH, name: `Checkpoint Sharing ${STACK}/research` };

/** What may be there when somebody first connects the source. */
const BEFORE: Readonly<Record<string, (scene: SourcesScene) => Promise<void>>> = {
  nothing: async () => undefined,
  'a secret of an endpoint that is gone': ({ store }) => store.put(WEBHOOK_SECRET, createWebhookSecret()),
  'an endpoint that lacks events, and whose secret nobody has': async ({ fake }) => {
    fake.addWebhookEndpoint('proj_RESEARCH', { ...ours, eventTypes: ['batch.completed'] });
  },
  'an endpoint that lacks events': async ({ fake, store }) => {
    const lacking = { ...ours, eventTypes: [JOB_ENDED[0]] };
    const { secrets } = fake.addWebhookEndpoint('proj_RESEARCH', lacking);
    await store.put(WEBHOOK_SECRET, secrets[0]?.value ?? '');
  },
  'a double of one that is right': async ({ fake, store }) => {
    const { secrets } = fake.addWebhookEndpoint('proj_RESEARCH', ours);
    fake.addWebhookEndpoint('proj_RESEARCH', ours);
    await store.put(WEBHOOK_SECRET, secrets[0]?.value ?? '');
  },
  'two endpoints, of which one has the secret': async ({ fake, store }) => {
    const { secrets } = fake.addWebhookEndpoint('proj_RESEARCH', { ...ours, eventTypes: [JOB_ENDED[0]] });
    fake.addWebhookEndpoint('proj_RESEARCH', ours);
    await store.put(WEBHOOK_SECRET, secrets[0]?.value ?? '');
  },
};

/** The same ports, of which the n-th call that changes something breaks off: before it is made, or with its answer. */
function breakingOff({ deps }: SourcesScene, nth: number, when: 'before' | 'after') {
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
  const api = deps.endpointsOf('research');
  if (api === undefined) throw new Error('no source research');
  const others: Partial<KeysDeps> = {
    endpointsOf: () => ({
      ...api,
      create: guarded(api.create),
      update: guarded(api.update),
      delete: guarded(api.delete),
      rotateSecret: guarded(api.rotateSecret),
    }),
    store: { ...deps.store, put: guarded(deps.store.put) },
    ledgerAs: (author) => {
      const ledger = deps.ledgerAs(author);
      return { ...ledger, addEvent: guarded(ledger.addEvent) };
    },
  };
  return { others, hasBroken: () => count > nth };
}

describe.each(Object.entries(BEFORE))('connecting a source where there is %s', (_, prepare) => {
  it.each([
    ['before', 'shown'],
    ['after', 'shown'],
    ['before', 'hidden'],
    ['after', 'hidden'],
  ] as const)('ends the same, broken off %s any call, with OpenAI’s hint %s', async (when, hint) => {
    for (let nth = 0; ; nth++) {
      await using scene = await startSourcesScene();
      const api = scene.deps.endpointsOf('research');
      if (api === undefined) throw new Error('no source research');
      const list = async () => (await api.list()).map((each) => ({ ...each, signsWith: () => null }));
      const deps = hint === 'hidden' ? { ...scene.deps, endpointsOf: () => ({ ...api, list }) } : scene.deps;
      await prepare(scene);
      const { others, hasBroken } = breakingOff({ ...scene, deps }, nth, when);
      await scene.request({ command: 'connect-source', source: 'research' }, { ...deps, ...others });

      scene.advance(1_000);
      await scene.connect(deps);
      const [endpoint, ...more] = scene.endpoints();
      expect(more).toEqual([]);
      expect(endpoint?.eventTypes).toEqual(expect.arrayContaining([...JOB_ENDED]));
      expect(endpoint?.secrets[0]?.value).toBe(scene.secret().split('\n')[0]);
      scene.advance(1_000);
      expect(await scene.test()).toMatchObject({ verifiedAt: expect.any(String), failure: null });

      const changes = scene.changes();
      expect(await scene.connect(deps)).toMatchObject({ changed: false, verified: true });
      expect(scene.changes()).toEqual(changes);
      const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 9 });
      // Nothing was changed at OpenAI without a word on who asked for it.
      const isChanged = changes.some((endpoint) => /create|update|delete|rotate_secret/.test(endpoint));
      expect(items.map(({ act }) => act).includes('source-connected')).toBe(isChanged);
      // A day later only the newest secret verifies.
      scene.advance(25 * 60 * 60_000);
      expect(await scene.delivered()).toEqual([200]);
      if (!hasBroken()) break;
    }
  });
});

describe('disconnecting a source', () => {
  it.each(['before', 'after'] as const)('is told of, broken off %s any call', async (when) => {
    for (let nth = 0; ; nth++) {
      await using scene = await startSourcesScene();
      await scene.connect();
      const { others, hasBroken } = breakingOff(scene, nth, when);
      await scene.request({ command: 'disconnect-source', source: 'research' }, others);
      scene.advance(1_000);
      await scene.disconnect();
      expect(scene.endpoints()).toEqual([]);
      const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 9 });
      expect(items.map(({ act }) => act)).toContain('source-disconnected');
      if (!hasBroken()) break;
    }
  });
});
