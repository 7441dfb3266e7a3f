import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { examine } from '../operate/doctor/examine.ts';
import { type KeylessScene, startKeylessScene } from './keyless-scene.ts';
import { PROJECT_KEY } from './keys-scene.ts';

let scene: KeylessScene;
beforeEach(async () => {
  scene = await startKeylessScene();
  await scene.connect();
});
afterEach(() => scene[Symbol.asyncDispose]());

const CONNECT = { command: 'connect-source', source: 'research' } as const;
const DISCONNECT = { command: 'disconnect-source', source: 'research' } as const;
const atOpenAI = async () => [(await scene.rules()).length, (await scene.providers()).length, scene.accounts().length];
const ALL = [4, 1, 1];
const NOTHING = [0, 0, 0];
const look = async (policy?: Policy) => {
  const { identity } = scene.deps;
  const findings = await examine({ identity, ...(policy && { policy }) }, 'workload-identity');
  return findings.map(({ state, message, mend }) => `${state}: ${message} ${mend}`);
};

describe('what a source was read by that has a stored key by now', () => {
  it('is told of by doctor, with the command that takes it away', async () => {
    const [account] = scene.accounts();
    const [provider] = await scene.providers();
    expect(await look()).toEqual([
      `notice: Nothing uses the federation rules that let this stack act as ${account?.id} (${provider?.id}) any more: ` +
        'research has a stored key now. "ckpt sources connect research" takes them away.',
    ]);
  });

  it('is taken away by connecting it, once its key works, and then nothing is told of', async () => {
    scene.stored.set(PROJECT_KEY, '');
    expect(await scene.request(CONNECT)).toMatchObject({ ok: false });
    expect(await atOpenAI()).toEqual(ALL);
    scene.stored.set(PROJECT_KEY, scene.projectKey);
    expect(await scene.ask(CONNECT)).toMatchObject({ keyless: false, changed: true });
    expect([await atOpenAI(), scene.endpoints().length]).toEqual([NOTHING, 1]);
    expect(await look()).toEqual([]);
    scene.fake.calls.reset();
    expect(await scene.ask(CONNECT)).toMatchObject({ changed: false });
    expect(scene.fake.calls.all.map(({ endpoint }) => endpoint)).toEqual(['webhook_endpoints.list']);
  });

  it('is taken away by disconnecting it, too', async () => {
    expect(await scene.ask(DISCONNECT)).toMatchObject({ changed: true });
    expect([await atOpenAI(), scene.endpoints()]).toEqual([NOTHING, []]);
  });
});

describe('what a source was read by that the policy does not name any more', () => {
  const policy = (): Policy => {
    const projects = scene.deps.policy.projects.filter(({ alias }) => alias !== 'research');
    return { ...scene.deps.policy, projects };
  };

  it('is told of by doctor, and taken away under its former alias', async () => {
    expect(await look(policy())).toEqual([
      expect.stringMatching(/^notice: .*research is no source any more\. "ckpt sources disconnect research --yes"/),
    ]);
    expect(await scene.disconnect({ policy: policy() })).toMatchObject({ webhookEndpointId: null, keyless: true });
    expect(await atOpenAI()).toEqual(NOTHING);
    expect(await look(policy())).toEqual([]);
    const again = await scene.try('disconnect-source', { policy: policy() });
    expect(again).toMatchObject({ ok: false, error: { message: expect.stringContaining('no source') } });
  });

  it('goes on where it was broken off', async () => {
    const deleteServiceAccount = () => Promise.reject(new Error('cut off'));
    const api = { ...scene.deps.api, deleteServiceAccount };
    expect(await scene.try('disconnect-source', { policy: policy(), api })).toMatchObject({ ok: false });
    expect(await atOpenAI()).toEqual([0, 1, 1]);
    await scene.disconnect({ policy: policy() });
    expect(await atOpenAI()).toEqual(NOTHING);
  });
});
