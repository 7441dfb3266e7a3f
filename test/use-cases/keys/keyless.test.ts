import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdentityRefusedError, MissingScopeError } from '../../../lambdas/core/errors.ts';
import { JOB_ENDED } from '../../../lambdas/core/webhook/event.ts';
import { AUDIENCE } from '../../fake-openai/identity-tokens.ts';
import { ISSUER, roleOf, rolesOf } from '../../shared/web-identity.ts';
import { type KeylessScene, startKeylessScene } from './keyless-scene.ts';
import { ADMIN, STACK } from './keys-scene.ts';
import { URL_OF_RESEARCH } from './sources-scene.ts';

let scene: KeylessScene;
beforeEach(async () => {
  scene = await startKeylessScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const OURS = `Checkpoint Sharing ${STACK}`;
const notes = async () => {
  const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 20 });
  return items.map(({ act, note }) => `${act}: ${note}`);
};
const refusal = async (...asked: Parameters<KeylessScene['try']>) => {
  const answer = await scene.try(...asked);
  return answer.ok ? null : `${answer.error.message} ${answer.error.next}`;
};
const state = async () => ({
  providers: await scene.providers(),
  rules: await scene.rules(),
  accounts: structuredClone(scene.accounts()),
  endpoints: structuredClone(scene.endpoints()),
  keys: scene.fake.keysOf('proj_RESEARCH').length,
  secret: scene.secret(),
  connected: await scene.deps.identity.connected.get('research'),
});

describe('connecting a source without a stored key', () => {
  it('makes what each function proves itself with, and nothing more; then the endpoint', async () => {
    const connected = await scene.connect();
    expect(connected).toMatchObject({ source: 'research', url: URL_OF_RESEARCH, keyless: true, changed: true });
    expect(await scene.providers()).toMatchObject([{ issuer: ISSUER, audience: AUDIENCE, enabled: true }]);
    const [account, ...others] = scene.accounts();
    expect(others).toEqual([]);
    expect(account).toMatchObject({ name: OURS, role: 'member' });
    const rules = (await scene.rules()).map(({ name, matchers, scopes, serviceAccountId }) => {
      return { fn: name?.replace(`${OURS} `, ''), matchers, scopes, isOfAccount: serviceAccountId === account?.id };
    });
    const rule = (fn: string, scopes: readonly string[] | null) => {
      return { fn, matchers: { sub: roleOf(fn) }, scopes, isOfAccount: true };
    };
    expect(rules.toSorted((a, b) => String(a.fn).localeCompare(String(b.fn)))).toEqual([
      rule('keys', null),
      rule('observe', ['api.fine_tuning.jobs.read']),
      rule('operator', ['api.all.read']),
      rule('reconcile', ['api.fine_tuning.jobs.read', 'api.model.read', 'model.read']),
    ]);
    expect(scene.endpoints()).toMatchObject([{ url: URL_OF_RESEARCH, eventTypes: [...JOB_ENDED] }]);
    expect(await scene.delivered()).toEqual([200]);
    expect(scene.fake.keysOf('proj_RESEARCH')).toHaveLength(1);
  });

  it('lets each function do what it needs, and no more', async () => {
    await scene.connect();
    scene.fake.addModel({ id: 'gpt-4o-mini-2024-07-18' });
    for (const fn of ['observe', 'reconcile', 'operator']) {
      expect(await scene.as(fn).listJobs(null)).toMatchObject({ jobs: [] });
    }
    expect(await scene.as('operator').endpoints.list()).toHaveLength(1);
    await scene.as('reconcile').getModel('gpt-4o-mini-2024-07-18');
    await expect(scene.as('observe').getModel('gpt-4o-mini-2024-07-18')).rejects.toBeInstanceOf(MissingScopeError);
    await expect(scene.as('observe').endpoints.list()).rejects.toBeInstanceOf(MissingScopeError);
    await expect(scene.as('share').listJobs(null)).rejects.toBeInstanceOf(IdentityRefusedError);
  });

  it('changes nothing when it is asked for again', async () => {
    await scene.connect();
    await scene.test();
    const [before, told] = [await state(), await notes()];
    expect(await scene.connect()).toMatchObject({ changed: false, verified: true, keyless: true });
    expect([await state(), await notes()]).toEqual([before, told]);
  });

  it('tells who has done what, and of no token', async () => {
    await scene.connect();
    const [provider] = await scene.providers();
    expect((await notes()).join('\n')).toContain(`identity provider ${provider?.id} made`);
    const told = JSON.stringify([await notes(), scene.logged, await scene.connect()]);
    const tokens = scene.fake.tokens().map(({ value }) => value);
    expect(tokens).not.toEqual([]);
    for (const value of [...tokens, ...scene.web.minted]) expect(told).not.toContain(value);
  });

  it('takes a provider and an account that are there, and leaves those of others alone', async () => {
    const order = { name: 'of the house', issuer: ISSUER, audience: AUDIENCE };
    const { id } = await scene.deps.providers.create(order);
    await scene.deps.providers.create({ ...order, issuer: 'https://elsewhere.example.com' });
    const account = await scene.deps.api.createServiceAccount('proj_RESEARCH', OURS);
    const others = await scene.deps.rules.create(id, {
      projectId: 'proj_RESEARCH',
      serviceAccountId: account.id,
      name: 'of somebody else',
      matchers: { sub: roleOf('observe') },
      scopes: ['api.files.read'],
    });
    await scene.connect();
    expect(await scene.providers()).toHaveLength(2);
    expect(await scene.deps.identity.connected.get('research')).toMatchObject({
      identityProviderId: id,
      serviceAccountId: account.id,
    });
    expect(await scene.rules()).toContainEqual(others);
    await scene.disconnect();
    expect(await scene.rules()).toEqual([others]);
    expect(await scene.providers()).toHaveLength(2);
    expect(scene.accounts()).toHaveLength(1);
  });

  it('mends a rule that somebody has switched off or widened, and deletes a double', async () => {
    await scene.connect();
    const before = await state();
    const rules = await scene.rules();
    const of = (fn: string) => rules.find(({ name }) => name === `${OURS} ${fn}`);
    const [observe, reconcile] = [of('observe'), of('reconcile')];
    if (observe === undefined || reconcile === undefined) throw new Error('no rules');
    await scene.deps.rules.update(observe.providerId, observe.id, { enabled: false });
    await scene.deps.rules.update(observe.providerId, reconcile.id, { scopes: null });
    await scene.deps.rules.create(observe.providerId, { ...reconcile, name: `${OURS} reconcile` });
    expect(await scene.connect()).toMatchObject({ changed: true });
    const { rules: after, ...others } = await state();
    expect(others).toEqual({ ...before, rules: undefined, connected: others.connected });
    const brief = (all: typeof rules) =>
      all.map(({ name, scopes, enabled, matchers }) => JSON.stringify({ name, scopes, enabled, matchers })).toSorted();
    expect(brief(after)).toEqual(brief(rules));
  });

  it('follows a role that a deploy has changed', async () => {
    await scene.connect();
    const roles = new Map([...rolesOf('observe', 'reconcile', 'keys'), ['operator', roleOf('operator-2')]]);
    await scene.connect({ identity: { ...scene.deps.identity, roles } });
    expect((await scene.rules()).map(({ matchers }) => matchers.sub).toSorted()).toEqual(
      ['keys', 'observe', 'operator-2', 'reconcile'].map(roleOf),
    );
  });

  it('waits for rules that take a moment to count', async () => {
    let refusals = 2;
    const api = scene.deps.endpointsOf('research');
    if (api === undefined) throw new Error('no API');
    const list: typeof api.list = async () => {
      if (refusals-- > 0) throw new IdentityRefusedError('not yet');
      return api.list();
    };
    expect(await scene.connect({ endpointsOf: () => ({ ...api, list }) })).toMatchObject({ changed: true });
    refusals = 1;
    expect(await refusal('connect-source', { endpointsOf: () => ({ ...api, list }) })).toContain('not yet');
  });

  it('says which link is broken, and makes nothing more', async () => {
    scene.web.isSwitchedOn = false;
    expect(await refusal('connect-source')).toMatch(/workload identity of research cannot be used: It is off/);
    scene.web.isSwitchedOn = true;
    scene.stored.set(ADMIN, scene.fake.adminKey);
    const { id } = await scene.deps.providers.create({ name: 'off', issuer: ISSUER, audience: AUDIENCE });
    await scene.deps.providers.update(id, { enabled: false });
    expect(await refusal('connect-source')).toContain(`${id} is switched off`);
    expect(scene.accounts()).toEqual([]);
  });
});

describe('with ids that sharing.yaml gives', () => {
  it('takes these, makes the rules, and leaves both when it is disconnected', async () => {
    const { id } = await scene.deps.providers.create({ name: 'theirs', issuer: ISSUER, audience: AUDIENCE });
    const account = await scene.deps.api.createServiceAccount('proj_RESEARCH', 'theirs');
    const given = { identityProviderId: id, serviceAccountId: account.id };
    const policy = {
      ...scene.deps.policy,
      projects: scene.deps.policy.projects.map((each) =>
        each.source === null ? each : { ...each, source: { ...each.source, workloadIdentity: { given } } },
      ),
    };
    expect(await scene.connect({ policy })).toMatchObject({ keyless: true, changed: true });
    expect(scene.accounts()).toMatchObject([{ id: account.id, role: 'member' }]);
    expect(await scene.rules()).toHaveLength(4);
    await scene.disconnect({ policy });
    expect(await scene.rules()).toEqual([]);
    expect([(await scene.providers()).length, scene.accounts().length]).toEqual([1, 1]);
  });

  it('says what is not there', async () => {
    const given = { identityProviderId: 'idp_none', serviceAccountId: 'user-none' };
    const policy = {
      ...scene.deps.policy,
      projects: scene.deps.policy.projects.map((each) =>
        each.source === null ? each : { ...each, source: { ...each.source, workloadIdentity: { given } } },
      ),
    };
    expect(await refusal('connect-source', { policy })).toContain('no workload identity provider idp_none');
  });
});

describe('disconnecting it', () => {
  it('takes everything away that was made, once', async () => {
    const before = await state();
    await scene.connect();
    expect(await scene.disconnect()).toMatchObject({ keyless: true, changed: true, url: URL_OF_RESEARCH });
    expect(await state()).toEqual({ ...before, secret: scene.secret() });
    expect(await scene.disconnect()).toMatchObject({ changed: false, webhookEndpointId: null });
    expect((await notes()).filter((note) => note.startsWith('source-disconnected'))).toHaveLength(2);
  });

  it('keeps an account that somebody has made a key of', async () => {
    await scene.connect();
    const [account] = scene.accounts();
    const key = { name: 'theirs', expiresInSeconds: null, scopes: null };
    await scene.deps.api.createProjectKey('proj_RESEARCH', account?.id ?? '', key);
    await scene.disconnect();
    expect(scene.accounts()).toHaveLength(1);
    expect(await scene.rules()).toEqual([]);
  });

  it('leaves no endpoint behind where OpenAI lets us in no more', async () => {
    await scene.connect();
    for (const rule of await scene.rules()) await scene.deps.rules.delete(rule.providerId, rule.id);
    scene.advance(10 * 60_000);
    expect(await scene.disconnect()).toMatchObject({ changed: true });
    expect([scene.endpoints(), await scene.rules(), await scene.providers(), scene.accounts()]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});
