import { badRequest, notFound, UnpreparedError } from '../api-error.ts';
import { isObject, readBoolean, readObject, readOptionalString, readString } from '../bodies.ts';
import { listBody, PAGING, pageOf, unixSeconds } from '../pages.ts';
import { allowOnly, oneOf } from '../query.ts';
import type { FakeIdentityProvider, Verification } from '../state/identities.ts';
import type { World } from '../state/world.ts';
import { type Answer, type ApiRequest, changed, type Route, shown } from './route.ts';

const PATH = '/organization/workload_identity_providers';
const ONE = `${PATH}/:provider`;
// Nobody documents the scopes of these endpoints.
const READ = { key: 'admin', scope: 'api.management.read' } as const;
const WRITE = { key: 'admin', scope: 'api.management.write' } as const;

const FIELDS = [
  'name',
  'issuer',
  'audience',
  'description',
  'enabled',
  'verification',
  'attribute_transformations',
] as const;

export const identityProviderRoutes: readonly Route[] = [
  {
    ...READ,
    endpoint: 'identity_providers.list',
    method: 'GET',
    path: PATH,
    handle: ({ query }, { identities }) => {
      allowOnly(query, [...PAGING, 'order']);
      const { providers } = identities;
      const ordered = oneOf(query, 'order', ['asc', 'desc']) === 'asc' ? providers : providers.toReversed();
      const { items, hasMore } = pageOf(ordered, query, 20);
      return shown(listBody(items.map(providerBody), hasMore));
    },
  },
  { ...WRITE, endpoint: 'identity_providers.create', method: 'POST', path: PATH, handle: create },
  {
    ...READ,
    endpoint: 'identity_providers.get',
    method: 'GET',
    path: ONE,
    handle: (request, world) => shown(providerBody(findProvider(request, world))),
  },
  { ...WRITE, endpoint: 'identity_providers.update', method: 'POST', path: ONE, handle: update },
  {
    ...WRITE,
    endpoint: 'identity_providers.delete',
    method: 'DELETE',
    path: ONE,
    handle: (request, world) => {
      const { id } = findProvider(request, world);
      if (world.identities.rulesOf(id).length > 0) {
        throw badRequest(`Delete the federation rules of workload identity provider '${id}' first.`);
      }
      world.identities.deleteProvider(id);
      return changed({ object: 'organization.workload_identity_provider.deleted', id, deleted: true });
    },
  },
];

function create(request: ApiRequest, world: World): Answer {
  const body = readObject(request.json(), ['type', ...FIELDS]);
  if (readString(body, 'type') !== 'oidc') throw badRequest("Invalid 'type': expected 'oidc'.", 'type');
  refuseTransformations(body);
  const provider = world.identities.addProvider({
    id: world.ids.identityProvider(),
    name: readString(body, 'name'),
    issuer: readString(body, 'issuer'),
    audience: readString(body, 'audience'),
    description: readOptionalString(body, 'description') ?? null,
    enabled: readBoolean(body, 'enabled') ?? true,
    verification: readVerification(body) ?? { type: 'discovery', discovery_url: null },
    createdAt: world.now(),
    updatedAt: world.now(),
  });
  return changed(providerBody(provider));
}

function update(request: ApiRequest, world: World): Answer {
  const provider = findProvider(request, world);
  const body = readObject(request.json(), FIELDS);
  refuseTransformations(body);
  Object.assign(provider, {
    name: readOptionalString(body, 'name') ?? provider.name,
    issuer: readOptionalString(body, 'issuer') ?? provider.issuer,
    audience: readOptionalString(body, 'audience') ?? provider.audience,
    description: body.description === undefined ? provider.description : readOptionalString(body, 'description'),
    enabled: readBoolean(body, 'enabled') ?? provider.enabled,
    verification: readVerification(body) ?? provider.verification,
    updatedAt: world.now(),
  });
  return changed(providerBody(provider));
}

export function findProvider(request: ApiRequest, world: World): FakeIdentityProvider {
  const id = request.param('provider');
  const provider = world.identities.providers.find((each) => each.id === id);
  if (provider) return provider;
  throw notFound(`No workload identity provider found with id '${id}'.`, 'workload_identity_provider_id');
}

/** They are programs, which this fake cannot run. */
function refuseTransformations({ attribute_transformations: given }: Readonly<Record<string, unknown>>): void {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return;
  throw new UnpreparedError(400, 'No attribute transformations are prepared.');
}

function readVerification({ verification }: Readonly<Record<string, unknown>>): Verification | undefined {
  if (verification === undefined) return undefined;
  if (isObject(verification)) {
    const { type, discovery_url: url = null, jwks } = verification;
    if (type === 'discovery' && (url === null || typeof url === 'string')) return { type, discovery_url: url };
    if (type === 'uploaded_jwks' && isObject(jwks)) return { type, jwks };
  }
  throw badRequest("Invalid 'verification'.", 'verification', 'invalid_value');
}

/** `WorkloadIdentityProvider` of the npm package openai 7.55.0. */
function providerBody({ createdAt, updatedAt, ...provider }: FakeIdentityProvider) {
  return {
    object: 'organization.workload_identity_provider',
    type: 'oidc',
    ...provider,
    attribute_transformations: [],
    created_at: unixSeconds(createdAt),
    updated_at: unixSeconds(updatedAt),
  };
}
