import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebIdentity } from '../../../lambdas/core/identity/ports.ts';
import type { FederationRuleOrder } from '../../../lambdas/core/identity-ports.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { AUDIENCE } from '../../fake-openai/identity-tokens.ts';
import { createInMemoryIdentities } from '../../in-memory/identities.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { ISSUER } from '../../shared/web-identity.ts';
import { type KeylessScene, startKeylessScene } from './keyless-scene.ts';
import { STACK, STACK_ARN, WEBHOOK_URL } from './keys-scene.ts';

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
    stackArn: STACK_ARN.replace('eu-central-1', 'us-east-1'),
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

describe('a stack that was destroyed, and deployed again under its name', () => {
  /** Its roles have other names, and its ledger is a new one. */
  const again = (): Partial<KeysDeps> => ({ ...stackElsewhere(), stackArn: STACK_ARN, webhookUrl: WEBHOOK_URL });

  it('has what it had before mended', async () => {
    await scene.connect();
    const before = (await scene.rules()).map(({ id }) => id);
    await scene.connect(again());
    expect((await scene.rules()).map(({ id }) => id)).toEqual(before);
    expect(await subs()).toEqual(['keys', 'observe', 'operator', 'reconcile'].map(roleElsewhere));
    expect([(await scene.providers()).length, scene.accounts().length]).toEqual([1, 1]);
  });

  it('takes away by disconnecting what it had before, and nothing of a role in another account', async () => {
    await scene.connect();
    const [rule] = await scene.rules();
    const sub = 'arn:aws:iam::999999999999:role/observe';
    const theirs = { ...rule, name: rule?.name ?? '', matchers: { sub } } as FederationRuleOrder;
    await scene.deps.rules.create(rule?.providerId ?? '', theirs);
    expect(await scene.disconnect(again())).toMatchObject({ changed: true });
    expect(await subs()).toEqual([sub]);
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

describe('what connecting has left behind is taken away by disconnecting', () => {
  const nothing = async () =>
    expect([await scene.rules(), await scene.providers(), scene.accounts()]).toEqual([[], [], []]);

  it('where it was broken off before it was noted', async () => {
    const save = () => Promise.reject(new Error('cut off'));
    const { identity } = scene.deps;
    const broken = await scene.try('connect-source', {
      identity: { ...identity, connected: { ...identity.connected, save } },
    });
    expect(broken.ok).toBe(false);
    expect(await scene.rules()).toHaveLength(4);
    expect(await scene.disconnect()).toMatchObject({ changed: true });
    await nothing();
    expect(await scene.disconnect()).toMatchObject({ changed: false });
  });

  it('where AWS has given the account another issuer since', async () => {
    await scene.connect();
    const web = { mint: async () => ({ ...(await scene.web.mint()), issuer: `${ISSUER}/again` }) };
    await scene.try('connect-source', { identity: { ...scene.deps.identity, web } });
    expect((await scene.providers()).map(({ issuer }) => issuer).toSorted()).toEqual([ISSUER, `${ISSUER}/again`]);
    await scene.disconnect();
    await nothing();
  });

  it('where a double of the service account is there', async () => {
    await scene.connect();
    await scene.deps.api.createServiceAccount('proj_RESEARCH', `Checkpoint Sharing ${STACK}`);
    expect(scene.accounts()).toHaveLength(2);
    await scene.disconnect();
    await nothing();
  });

  it('also where more providers are to be looked at than a minute lets through', async () => {
    await scene.connect();
    for (let count = 0; count < 9; count++) {
      await scene.deps.providers.create({ name: 'other', issuer: `https://${count}.example.com`, audience: AUDIENCE });
    }
    const pacer = createPacer(createInMemoryPacerStore(), { ...DEFAULT_PACER_RULES, limit: 6 }, scene.deps.now);
    expect(await scene.disconnect({ pacer })).toMatchObject({ changed: true });
    expect([await scene.rules(), (await scene.providers()).length, scene.accounts()]).toEqual([[], 9, []]);
  });
});

describe('two that connect for the first time at once', () => {
  const made = async () => [(await scene.providers()).length, scene.accounts().length, (await scene.rules()).length];
  const busy = { ok: false, error: { name: 'NotYetError' }, retryAfterSeconds: expect.any(Number) };

  it('make one of each: the second is told to wait, and then finds what the first has made', async () => {
    const answers = await Promise.all([scene.try('connect-source'), scene.try('connect-source')]);
    expect(answers).toMatchObject([{ ok: true }, busy]);
    expect(await made()).toEqual([1, 1, 4]);
    expect(await scene.connect()).toMatchObject({ changed: false });
    expect(await made()).toEqual([1, 1, 4]);
  });

  it('have one give way also where the other disconnects', async () => {
    await scene.connect();
    const answers = await Promise.all([scene.try('disconnect-source'), scene.try('connect-source')]);
    expect(answers).toMatchObject([{ ok: true }, busy]);
    expect(await made()).toEqual([0, 0, 0]);
  });

  it('wait for one that was cut off no longer than it could have run', async () => {
    const ledgerAs: KeysDeps['ledgerAs'] = (author) => {
      return { ...scene.deps.ledgerAs(author), releaseLease: () => Promise.reject(new Error('cut off')) };
    };
    await scene.try('connect-source', { ledgerAs });
    scene.advance(2 * 60_000);
    expect(await scene.try('connect-source')).toMatchObject(busy);
    scene.advance(60_000);
    expect(await scene.connect()).toMatchObject({ changed: false });
  });
});

describe('a source whose project is another one by now', () => {
  let policy: KeysDeps['policy'];
  beforeEach(async () => {
    await scene.connect();
    scene.fake.addProject({ id: 'proj_OTHER' });
    const { projects } = scene.deps.policy;
    const moved = projects.map((each) => (each.alias === 'research' ? { ...each, id: 'proj_OTHER' } : each));
    policy = { ...scene.deps.policy, projects: moved };
  });

  it('leaves nothing behind in the project that it had', async () => {
    expect(await scene.connect({ policy })).toMatchObject({ changed: true });
    expect((await scene.rules()).map(({ projectId }) => projectId)).toEqual(Array(4).fill('proj_OTHER'));
    expect([scene.accounts().length, scene.fake.serviceAccounts('proj_OTHER').length]).toEqual([0, 1]);
    expect(await scene.connect({ policy })).toMatchObject({ changed: false });
  });

  it('is connected also where OpenAI does not know the former project any more', async () => {
    scene.fake.deleteProject('proj_RESEARCH');
    await scene.connect({ policy });
    expect((await scene.rules()).map(({ projectId }) => projectId)).toEqual(Array(4).fill('proj_OTHER'));
  });

  it('leaves nothing behind there when it is disconnected, either', async () => {
    expect(await scene.disconnect({ policy })).toMatchObject({ changed: true });
    expect([await scene.rules(), await scene.providers(), scene.accounts()]).toEqual([[], [], []]);
    expect(await scene.deps.identity.connected.list()).toEqual([]);
  });
});
