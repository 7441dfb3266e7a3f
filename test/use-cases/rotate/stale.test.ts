import { afterEach, describe, expect, it } from 'vitest';
import {
  HOUR_MS,
  type Kind,
  liveSecrets,
  PROJECT,
  type RotateScene,
  SECRET,
  startRotateScene,
} from './rotate-scene.ts';

let scene: RotateScene;
afterEach(() => scene[Symbol.asyncDispose]());

const pendingOf = async (kind: Kind) => {
  const { versions = {} } = (await scene.store.describe(SECRET[kind])) ?? {};
  return Object.keys(versions).filter((id) => versions[id]?.includes('AWSPENDING'));
};

describe.each(['admin', 'project'] as const)('a pending key (%s)', (kind) => {
  it.each(['while it is known here', 'and nothing is known of it here'])(
    'that somebody deletes after its test never comes to be used, %s',
    async (when) => {
      scene = await startRotateScene();
      for (const step of ['createSecret', 'setSecret', 'testSecret'] as const) await scene.step(kind, step, 'second');
      const pending = scene.keys(kind).at(-1);
      scene.fake.revokeKey(pending?.value ?? '');
      if (when.startsWith('and')) {
        for (const { id, keyId } of await scene.keyLedger.listKeys()) {
          if (keyId === pending?.id) await scene.keyLedger.deleteKey(id);
        }
      }
      await expect(scene.step(kind, 'finishSecret', 'second')).rejects.toThrow(/rotate once more/);
      expect(await scene.works(kind)).toBe(true);
    },
  );

  it('that was given up is taken out of the way, since Secrets Manager begins no other rotation before', async () => {
    scene = await startRotateScene({ graceSeconds: 0 });
    await scene.step(kind, 'createSecret', 'second');
    scene.advance(HOUR_MS);
    await scene.sweep();
    expect(await pendingOf(kind)).toHaveLength(1);
    await expect(scene.step(kind, 'createSecret', 'second')).rejects.toThrow(/given up: rotate once more/);
    expect(await pendingOf(kind)).toEqual([]);
    await scene.rotate(kind, 'third');
    expect(await scene.works(kind)).toBe(true);
  });

  it('does not take the place of what a person has put in since it was made, which may do less', async () => {
    scene = await startRotateScene();
    await scene.step(kind, 'createSecret', 'second');
    await scene.step(kind, 'testSecret', 'second');
    const scopes = ['api.management.read', 'api.management.write'];
    const { value } = kind === 'admin' ? scene.fake.addAdminKey({ scopes }) : scene.fake.addProjectKey(PROJECT);
    await scene.store.put(SECRET[kind], value, { token: 'by hand' });
    await expect(scene.step(kind, 'finishSecret', 'second')).rejects.toThrow(/was put into/);
    expect(await scene.current(SECRET[kind])).toBe(value);
    await expect(scene.step(kind, 'createSecret', 'second')).rejects.toThrow(/given up/);
    expect(await pendingOf(kind)).toEqual([]);
    // The key that was pending, and was never used, goes.
    await scene.sweep();
    scene.advance(25 * HOUR_MS);
    await scene.sweep();
    expect(scene.keys(kind)).toHaveLength(kind === 'admin' ? 2 : 1);
  });

  it('that a person has made and put there takes its place all the same', async () => {
    scene = await startRotateScene();
    const { value } = kind === 'admin' ? scene.fake.addAdminKey() : scene.fake.addProjectKey(PROJECT);
    await scene.store.put(SECRET[kind], value, {
      token: 'second-0000-4000-8000-000000000000',
      stages: ['AWSPENDING'],
    });
    await scene.rotate(kind, 'second');
    expect(await scene.current(SECRET[kind])).toBe(value);
  });
});

describe('a webhook secret', () => {
  it('that waited while another one was made at OpenAI does not come back, and is taken out of the way', async () => {
    scene = await startRotateScene();
    await scene.step('webhook', 'createSecret', 'second');
    const later = await scene.rotateEndpoint();
    await scene.store.put(SECRET.webhook, later, { token: 'connected' });
    await expect(scene.step('webhook', 'testSecret', 'second')).rejects.toThrow(/rotate once more/);
    await expect(scene.step('webhook', 'createSecret', 'second')).rejects.toThrow(/given up/);
    expect(await pendingOf('webhook')).toEqual([]);
    expect(await scene.current(SECRET.webhook)).toBe(later);
    await scene.rotate('webhook', 'third');
    expect(await scene.works('webhook')).toBe(true);
  });

  it('that two sources verify with holds a new one of each', async () => {
    scene = await startRotateScene();
    const { fake, sources } = scene;
    sources.push('second');
    const endpoint = fake.addWebhookEndpoint(PROJECT, { url: scene.endpoint.url.replace('research', 'second') });
    const both = [await scene.current(SECRET.webhook), endpoint.secrets[0]?.value].join('\n');
    await scene.store.put(SECRET.webhook, both, { token: 'of both' });
    for (const by of ['second', 'third']) {
      await scene.rotate('webhook', by);
      scene.advance(25 * HOUR_MS);
      const held = (await scene.current(SECRET.webhook)).split('\n').sort();
      expect(held).toEqual([...liveSecrets(fake, scene.now())].sort());
    }
  });

  it('keeps beside it what signs for another endpoint, and nothing that signs for none', async () => {
    scene = await startRotateScene();
    const other = scene.fake.addWebhookEndpoint(PROJECT, { url: 'https://proxy.example/hooks' }).secrets[0]?.value;
    scene.fake.addProject({ id: 'proj_OTHER' });
    const gone = scene.fake.addWebhookEndpoint('proj_OTHER', { url: 'https://gone.example/' }).secrets[0]?.value;
    const held = [await scene.current(SECRET.webhook), other, gone].join(' ');
    await scene.store.put(SECRET.webhook, held, { token: 'several' });
    await scene.rotate('webhook', 'second');
    expect((await scene.current(SECRET.webhook)).split('\n')).toEqual([scene.endpoint.secrets[0]?.value, other]);
  });
});
