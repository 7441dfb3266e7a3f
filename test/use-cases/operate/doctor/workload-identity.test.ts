import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDispatcher } from '../../../../lambdas/adapters/openai/exchange.ts';
import { createSourceToken } from '../../../../lambdas/adapters/openai/source-tokens.ts';
import { createTokenExchange } from '../../../../lambdas/adapters/openai/token-exchange.ts';
import { IdentityRefusedError, UnavailableError } from '../../../../lambdas/core/errors.ts';
import type { WebIdentity } from '../../../../lambdas/core/identity/ports.ts';
import { openAIFor } from '../../../../lambdas/operator/openai.ts';
import { ISSUER, roleOf, webIdentityOf } from '../../../shared/web-identity.ts';
import { type KeylessScene, startKeylessScene } from '../../keys/keyless-scene.ts';
import { STACK } from '../../keys/keys-scene.ts';
import { examine } from './examine.ts';

let scene: KeylessScene;
beforeEach(async () => {
  scene = await startKeylessScene();
  scene.fake.addModel({ id: 'gpt-4o-mini-2024-07-18' });
});
afterEach(() => scene[Symbol.asyncDispose]());

/** What doctor says of the chain, each as `state: message mend`. */
async function look(web: WebIdentity = webIdentityOf('operator', scene.deps.now)) {
  const { policy, secrets, secretIds, identity, now: clock } = scene.deps;
  const exchange = createTokenExchange({ tokenUrl: scene.fake.tokenUrl, dispatcher: createDispatcher(), clock });
  const identityOf = (source: string) => identity.connected.get(source);
  const token = createSourceToken('research', { web, exchange, identityOf, clock, restMs: 0 });
  const openai = openAIFor(scene.fake.url, secrets, secretIds, new Map([['research', token]]));
  const deps = { policy, secretIds, now: clock, ...openai, identity: { ...identity, web } };
  const findings = await examine(deps, 'workload-identity research');
  return findings.map(({ state, message, mend }) => `${state}: ${[message, mend].join(' ').trim()}`);
}

const rule = async (fn: string) => {
  const found = (await scene.rules()).find(({ matchers }) => matchers.sub === roleOf(fn));
  return found ?? expect.fail(`no rule for ${fn}`);
};
const CONNECT = '"ckpt sources connect research" makes or mends it.';

describe('the chain by which a source without a stored key is read', () => {
  it('is good from link to link once it is connected, for two admin calls', async () => {
    await scene.connect();
    scene.fake.calls.reset();
    const findings = await look();
    expect(findings).toHaveLength(5);
    for (const finding of findings) expect(finding).toMatch(/^good: /);
    const admin = scene.fake.calls.all.filter(({ endpoint }) => /^(?:identity|federation)/.test(endpoint ?? ''));
    expect(admin.map(({ endpoint }) => endpoint)).toEqual(['identity_providers.get', 'federation_rules.list']);
  });

  it.each([
    ['switch', /Let whoever administers the AWS account run `aws iam enable-outbound-web-identity-federation`/],
    ['mint', /Deploy the stack again/],
  ] as const)('is broken at AWS (%s), and no call is made', async (link, mend) => {
    const mint = () => Promise.reject(new IdentityRefusedError('AWS mints none', { link }));
    expect(await look({ mint })).toEqual([expect.stringMatching(mend)]);
    expect(scene.fake.calls.count()).toBe(0);
  });

  it('cannot be told where AWS does not answer', async () => {
    const mint = () => Promise.reject(new UnavailableError('AWS STS minted no identity (Throttling)'));
    const [finding, ...others] = await look({ mint });
    expect(finding).toContain('Throttling');
    expect(others).toEqual([]);
  });

  it('is not there before it is connected', async () => {
    expect(await look()).toEqual([
      `good: AWS mints identities for OpenAI (issuer ${ISSUER}).`,
      `bad: research is to be read without a stored key, and is not connected yet. ${CONNECT}`,
    ]);
  });

  it.each<[string, (providerId: string) => Promise<unknown>, RegExp]>([
    ['switched off', (id) => scene.deps.providers.update(id, { enabled: false }), /^bad: The .* is switched off at Op/],
    ['of another audience', (id) => scene.deps.providers.update(id, { audience: 'x' }), /^bad: .* for the audience x/],
    ['of another issuer', (id) => scene.deps.providers.update(id, { issuer: 'https://x.y' }), /^bad: .* issuer https:/],
  ])('has a provider that is %s', async (_, change, message) => {
    await scene.connect();
    await change((await rule('observe')).providerId);
    expect(await look()).toContainEqual(expect.stringMatching(message));
  });

  it.each<[string, string, Parameters<KeylessScene['deps']['rules']['update']>[2], RegExp]>([
    ['switched off', 'observe', { enabled: false }, /observe \(its federation rule \S+ is switched off\)/],
    ['for another role', 'reconcile', { matchers: { sub: 'x' } }, /reconcile \(.* is for another role\)/],
    ['for more identities', 'reconcile', { matchers: { aud: 'x' } }, /reconcile \(.* is for another role\)/],
    ['wider', 'operator', { scopes: null }, /operator \(.* has other scopes than it needs\)/],
  ])('has a rule that is %s', async (_, fn, change, message) => {
    await scene.connect();
    const { providerId, id } = await rule(fn);
    await scene.deps.rules.update(providerId, id, change);
    const findings = await look();
    expect(findings).toContainEqual(expect.stringMatching(message));
    expect(findings.find((each) => message.test(each))).toContain(CONNECT);
  });

  it('has lost a rule, or its service account', async () => {
    await scene.connect();
    const { providerId, id } = await rule('operator');
    await scene.deps.rules.delete(providerId, id);
    expect((await look()).filter((each) => each.startsWith('bad: '))).toEqual([
      expect.stringContaining('operator (there is no federation rule for it)'),
      expect.stringContaining('OpenAI does not take this identity'),
    ]);
    await scene.connect();
    await scene.deps.api.deleteServiceAccount('proj_RESEARCH', scene.accounts()[0]?.id ?? '');
    expect((await look()).filter((each) => each.startsWith('bad: '))).not.toEqual([]);
    await scene.connect();
    expect((await look()).filter((each) => !each.startsWith('good: '))).toEqual([]);
  });

  it('is not mistaken for that of a stack of the same name, whose rules are for other roles', async () => {
    await scene.connect();
    const { providerId, ...order } = await rule('observe');
    const name = `Checkpoint Sharing ${STACK} observe`;
    await scene.deps.rules.create(providerId, { ...order, name, matchers: { sub: 'arn:of-another-region' } });
    expect((await look()).filter((each) => !each.startsWith('good: '))).toEqual([]);
  });
});
