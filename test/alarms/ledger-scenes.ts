import { createDispatcher } from '../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../lambdas/adapters/openai/http.ts';
import { createFederationRuleApi, createIdentityProviderApi } from '../../lambdas/adapters/openai/identity.ts';
import { createJobApi } from '../../lambdas/adapters/openai/jobs.ts';
import { createKeysApi } from '../../lambdas/adapters/openai/keys.ts';
import { createTokenExchange } from '../../lambdas/adapters/openai/token-exchange.ts';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { readState } from '../../lambdas/use-cases/change.ts';
import { reconcile } from '../../lambdas/use-cases/reconcile/reconcile.ts';
import { drain } from '../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../core/policy/builders.ts';
import { AUDIENCE, createSigner } from '../fake-openai/identity-tokens.ts';
import { handsOn } from '../use-cases/by-hand/by-hand.ts';
import { check, overriding, share } from '../use-cases/reconcile/checking.ts';
import { createSweeper, type SweepParts } from '../use-cases/reconcile/sweeping.ts';
import { REFUSALS } from '../use-cases/refusing.ts';
import { createScene, inAnHour, type Scene } from '../use-cases/scene.ts';
import { shareJobs } from '../use-cases/share/auditing.ts';
import { type AlarmScene, pointsIn, tried } from './scene.ts';

const HOUR_MS = 3_600_000;
const EU = aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: ['proj_EU'] });
const CONFIRM = ['npx ckpt apply --confirm ID'];

/** One run of reconcile, whatever comes of it. */
async function reconcileOnce(scene: Scene, parts: SweepParts) {
  const deps = createSweeper(scene).deps(parts);
  await tried(() => scene.time.busy(reconcile(deps, false, inAnHour(scene))));
  return pointsIn(deps.lines);
}

/** A mistyped rule is deployed. */
export async function planWaiting(): Promise<AlarmScene> {
  const scene = await createScene({ targets: ['proj_EU'] });
  const hands = handsOn(scene);
  let policy: Policy = aPolicy([EU], { prune: true });
  return {
    cause: async () => {
      for (let job = 0; job < 6; job++) scene.addJob(1);
      await hands.comeToRest(policy);
      const nothing = { baseModel: 'nothing-*', suffix: null, metadata: {} };
      policy = { ...policy, rules: [{ ...EU, match: nothing }] };
    },
    period: () => reconcileOnce(scene, { policy }),
    article: CONFIRM,
    mend: async () => {
      const { id } = await readState(scene.ledger, 'waitingPlan');
      await hands.ask({ command: 'confirm', id: id ?? '' }, { policy });
    },
    close: scene.close,
  };
}

/** Models of shared checkpoints are deleted at OpenAI, many at once. */
export async function absenceWaiting(): Promise<AlarmScene> {
  const scene = await createScene({ rules: { limit: 1_000 } });
  const hands = handsOn(scene);
  const modelsOf = () => undefined;
  const verify = async () => {
    await scene.time.busy(reconcile(createSweeper(scene).deps({ modelsOf }), true, inAnHour(scene)));
    await drain(scene.deps(), 'share', inAnHour(scene));
    scene.time.advance(2 * HOUR_MS);
  };
  return {
    cause: async () => {
      for (const model of await shareJobs(scene, 4)) scene.fake.deleteModel(model);
    },
    period: async () => {
      for (const _ of [1, 2]) await verify();
      return reconcileOnce(scene, { modelsOf });
    },
    article: CONFIRM,
    mend: async () => {
      const { absent } = await hands.ask({ command: 'status' });
      await hands.ask({ command: 'confirm', id: absent?.waiting?.id ?? '' });
    },
    close: scene.close,
  };
}

/** A date is announced that is twenty days ahead. */
export async function shutdownAhead(): Promise<AlarmScene> {
  const scene = await createScene();
  const base = 'gpt-4o-mini-2024-07-18';
  const date = new Date(scene.time.now() + 20 * 24 * HOUR_MS).toISOString().slice(0, 10);
  let policy = overriding(scene, base, date);
  return {
    cause: () => share(scene, 1, base),
    period: async () => pointsIn((await check(scene, { policy })).lines),
    article: ['`shutdowns:` in `sharing.yaml`'],
    mend: async () => {
      policy = overriding(scene, base, null);
    },
    close: scene.close,
  };
}

/** With one more target a row would be larger than DynamoDB takes. */
export async function rowUnwritable(): Promise<AlarmScene> {
  const scene = await createScene({ targets: ['proj_EU', 'proj_US'], rules: { limit: 1_000 } });
  let policy = aPolicy([EU]);
  return {
    cause: async () => {
      const { id, finalModel } = scene.addJob(1);
      await scene.observe(id, scene.ledger, policy);
      await drain(scene.deps(), 'share', inAnHour(scene));
      scene.ledger.refuse(finalModel, REFUSALS['is too large']);
      policy = aPolicy([{ ...EU, to: ['proj_EU', 'proj_US'] }]);
    },
    period: () => reconcileOnce(scene, { policy }),
    article: ['fewer targets in the rules', 'npx ckpt reconcile --wait'],
    mend: async () => {
      policy = aPolicy([EU]);
    },
    close: scene.close,
  };
}

/** Somebody has deleted the rule that lets the function's role act as the source's service account. */
export async function tokenExchangeRefused(): Promise<AlarmScene> {
  const scene = await createScene();
  const { fake, time } = scene;
  const dispatcher = createDispatcher();
  const http = (key: () => Promise<string>) => createHttp({ baseUrl: fake.url, key, dispatcher, clock: time.now });
  const admin = http(async () => fake.adminKey);
  const account = await createKeysApi(admin).createServiceAccount('proj_RESEARCH', 'sharing');
  const signer = createSigner();
  const claims = { iss: 'https://sts.example.com', aud: AUDIENCE, sub: 'arn:aws:iam::123456789012:role/Reconcile' };
  const { id: identityProviderId } = await createIdentityProviderApi(admin).create({
    name: 'aws',
    issuer: claims.iss,
    audience: AUDIENCE,
    jwks: signer.jwks,
  });
  const { exchange } = createTokenExchange({ tokenUrl: fake.tokenUrl, dispatcher, clock: time.now });
  const identity = () => signer.sign({ ...claims, exp: Math.floor(time.now() / 1_000) + 300 });
  const api = createJobApi(
    http(async () => (await exchange(identity(), { identityProviderId, serviceAccountId: account.id })).value),
  );
  return {
    cause: async () => undefined,
    period: () => reconcileOnce(scene, { api }),
    article: ['npx ckpt sources connect ALIAS'],
    mend: () =>
      createFederationRuleApi(admin).create(identityProviderId, {
        projectId: 'proj_RESEARCH',
        serviceAccountId: account.id,
        name: 'reconcile',
        matchers: { sub: claims.sub },
        scopes: ['api.fine_tuning.jobs.read'],
      }),
    close: scene.close,
  };
}
