import { OAuthError } from '../api-error.ts';
import { readObject, readOptionalString, readString } from '../bodies.ts';
import { readIdentity, signedByProvider } from '../identity-token.ts';
import type { FakeFederationRule, FakeIdentityProvider } from '../state/identities.ts';
import type { World } from '../state/world.ts';
import { type Answer, type ApiRequest, changed, type Route } from './route.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TOKEN_TYPES = ['jwt', 'id_token'].map((type) => `urn:ietf:params:oauth:token-type:${type}`);
const HOUR_SECONDS = 3_600;

export const tokenExchangeRoutes: readonly Route[] = [
  { endpoint: 'token.exchange', method: 'POST', path: '/oauth/token', key: 'none', scope: '', handle: exchange },
];

type Claims = Readonly<Record<string, unknown>>;

/** As `WorkloadIdentityAuth` of the npm package openai 7.55.0 asks, and reads the answer. */
async function exchange(request: ApiRequest, world: World): Promise<Answer> {
  const body = readObject(request.json(), [
    'grant_type',
    'subject_token_type',
    'subject_token',
    'identity_provider_id',
    'service_account_id',
    'client_id',
  ]);
  const subjectToken = readOptionalString(body, 'subject_token');
  const claims = subjectToken === undefined ? null : readIdentity(subjectToken);
  if (readString(body, 'grant_type') !== GRANT) throw malformed('unsupported_grant_type', 'No such grant type.');
  const hasType = TOKEN_TYPES.includes(readString(body, 'subject_token_type'));
  if (!hasType || subjectToken === undefined || claims === null) {
    throw malformed('invalid_request', 'The subject token is no JWT.');
  }
  const refuse = (why: string) => new OAuthError(world.quirks.refusedIdentity, why, { code: 'invalid_grant' });
  const provider = world.identities.providers.find(({ id }) => id === body.identity_provider_id);
  if (provider?.enabled !== true) throw refuse('The identity provider is unknown or disabled.');
  const problem = problemWith(claims, provider, world.now());
  if (problem !== null) throw refuse(problem);
  if (world.quirks.identityVerification === 'jwks' && !(await signedByProvider(subjectToken, provider))) {
    throw refuse('The signature of the subject token cannot be verified.');
  }
  const rule = world.identities
    .rulesOf(provider.id)
    .find((each) => each.enabled && each.accountId === body.service_account_id && fits(claims, each, world));
  const account = rule && world.serviceAccounts.find(rule.projectId, rule.accountId);
  if (!rule || !account) throw refuse('No federation rule lets this identity act as the service account.');
  const endsAt = Math.min(world.now() + HOUR_SECONDS * 1_000, Number(claims.exp) * 1_000);
  const { value } = world.keys.add({
    kind: 'project',
    projectId: rule.projectId,
    value: world.ids.accessToken(),
    id: world.ids.key(),
    name: rule.name ?? rule.id,
    owner: { type: 'service_account', id: account.id, name: account.name },
    createdAt: world.now(),
    usableAt: world.now(),
    scopes: rule.scopes,
    expiresAt: endsAt,
    lastUsedAt: null,
    isToken: true,
  });
  return changed({
    access_token: value,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    ...lifetimeBody(world, Math.floor((endsAt - world.now()) / 1_000)),
  });
}

function lifetimeBody({ quirks: { tokenLifetime } }: World, seconds: number) {
  if (tokenLifetime === 'left-out') return {};
  if (tokenLifetime === 'zero') return { expires_in: 0 };
  return { expires_in: tokenLifetime === 'told' ? seconds : String(seconds) };
}

function problemWith({ iss, aud, exp }: Claims, { issuer, audience }: FakeIdentityProvider, now: number) {
  if (iss !== issuer) return 'The subject token is of another issuer than the provider.';
  if (![aud].flat().includes(audience)) return 'The subject token is for another audience than the provider.';
  return typeof exp === 'number' && exp * 1_000 > now ? null : 'The subject token has expired.';
}

function fits(claims: Claims, { matchers }: FakeFederationRule, world: World): boolean {
  return Object.entries(matchers).every(([claim, wanted]) => {
    if (claims[claim] === wanted) return true;
    const [, account] = /^arn:aws:iam::(\d+):root$/.exec(String(claims.sub)) ?? [];
    const isRoot = claim === 'sub' && account !== undefined && world.quirks.rootStandsForAnyRole;
    return isRoot && String(wanted).startsWith(`arn:aws:iam::${account}:role/`);
  });
}

function malformed(code: string, description: string): OAuthError {
  return new OAuthError(400, description, { code });
}
