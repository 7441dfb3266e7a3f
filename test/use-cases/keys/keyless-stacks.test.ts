import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebIdentity } from '../../../lambdas/core/identity/ports.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import { AUDIENCE } from '../../fake-openai/identity-tokens.ts';
import { createInMemoryIdentities } from '../../in-memory/identities.ts';
import { ISSUER } from '../../shared/web-identity.ts';
import { type KeylessScene, startKeylessScene } from './keyless-scene.ts';
import { STACK } from './keys-scene.ts';

let scene: KeylessScene;
beforeEach(async () => {
  scene = await startKeylessScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const roleElsewhere = (fn: string) => `arn:aws:iam::111122223333:role/${STACK}-${fn}-elsewhere`;

/** A stack of the very same name, with roles and a ledger of its own, that has the same source. */
function stackElsewhere(web: WebIdentity = scene.web): Partial<KeysDeps> {
  const functions = ['observe', 'reconcile', 'operator', 'keys'];
  const roles = new Map(functions.map((fn) => [fn, roleElsewhere(fn)]));
  // It reaches OpenAI as the first one does: what is at stake are the rules.
  return {
    identity: { web, roles, connected: createInMemoryIdentities() },
    webhookUrl: 'https://b.example.com/webhooks',
  };
}

const subs = async () => (await scene.rules()).map(({ matchers }) => String(matchers.sub)).toSorted();

describe('a stack of the same name in another region', () => {
  it('has rules of its own, and takes away no others', async () => {
    const elsewhere = stackElsewhere();
    await scene.connect();
    const first = await subs();
    await scene.connect(elsewhere);
    const both = [...first, ...['observe', 'reconcile', 'operator', 'keys'].map(roleElsewhere)].toSorted();
    expect(await subs()).toEqual(both);
    expect(await scene.connect()).toMatchObject({ changed: false });
    await scene.disconnect(elsewhere);
    expect(await subs()).toEqual(first);
    expect(scene.accounts()).toHaveLength(1);
    expect(await scene.as('observe').listJobs(null)).toMatchObject({ jobs: [] });
    await scene.disconnect();
    expect([await scene.rules(), await scene.providers(), scene.accounts()]).toEqual([[], [], []]);
  });
});

describe('a stack of the same name in another AWS account', () => {
  it('keeps the service account by which it reads the same source', async () => {
    await scene.connect();
    const [account] = scene.accounts();
    const theirs = await scene.deps.providers.create({
      name: 'another account',
      issuer: ISSUER.replace('1111', '9999'),
      audience: AUDIENCE,
    });
    await scene.deps.rules.create(theirs.id, {
      projectId: 'proj_RESEARCH',
      serviceAccountId: account?.id ?? '',
      name: `Checkpoint Sharing ${STACK} observe`,
      matchers: { sub: 'arn:aws:iam::999999999999:role/observe' },
      scopes: ['api.fine_tuning.jobs.read'],
    });
    await scene.disconnect();
    expect(scene.accounts()).toMatchObject([{ id: account?.id }]);
    expect(await scene.providers()).toMatchObject([{ id: theirs.id }]);
    expect(await subs()).toEqual(['arn:aws:iam::999999999999:role/observe']);
  });
});

describe('a rule that somebody has renamed', () => {
  it('is ours all the same', async () => {
    await scene.connect();
    const [rule] = await scene.rules();
    const rename = () => scene.deps.rules.update(rule?.providerId ?? '', rule?.id ?? '', { name: 'renamed' });
    await rename();
    await scene.connect();
    expect(await scene.rules()).toHaveLength(4);
    expect((await scene.rules()).map(({ name }) => name)).not.toContain('renamed');
    const [again] = await scene.rules();
    await scene.deps.rules.update(again?.providerId ?? '', again?.id ?? '', { name: 'renamed' });
    await scene.disconnect();
    expect([await scene.rules(), await scene.providers(), scene.accounts()]).toEqual([[], [], []]);
  });
});

describe('of several providers for this AWS account', () => {
  const order = { name: 'house', issuer: ISSUER, audience: AUDIENCE };

  it('one that is switched on is taken before an older one that is not', async () => {
    const off = await scene.deps.providers.create(order);
    await scene.deps.providers.update(off.id, { enabled: false });
    const on = await scene.deps.providers.create(order);
    await scene.connect();
    expect((await scene.rules()).map(({ providerId }) => providerId)).toEqual(Array(4).fill(on.id));
  });
});
