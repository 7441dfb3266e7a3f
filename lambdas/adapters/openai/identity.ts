import * as z from 'zod/mini';
import { RefusedError } from '../../core/errors.ts';
import type {
  AttributeMatchers,
  FederationRule,
  FederationRuleApi,
  FederationRuleOrder,
  IdentityProvider,
  IdentityProviderApi,
  IdentityProviderOrder,
} from '../../core/identity-ports.ts';
import { allPages, deleteOne, findOne, onePage, pathOf } from './collection.ts';
import type { OpenAIHttp } from './http.ts';
import { scopesToSend } from './key-orders.ts';
import { id, text, time } from './schemas.ts';

const PATH = '/organization/workload_identity_providers';

// Source of names and types: `WorkloadIdentityProvider` and `FederationRule` of the npm package openai 7.55.0.

const provider = z.object({
  id,
  name: z.string(),
  issuer: z.string(),
  audience: z.string(),
  description: z.nullish(z.string()),
  enabled: z.boolean(),
  verification: z.object({ type: text }),
  created_at: time,
});

const rule = z.object({
  id,
  workload_identity_provider_id: id,
  project_id: id,
  service_account_id: id,
  name: z.nullish(z.string()),
  description: z.nullish(z.string()),
  enabled: z.boolean(),
  attribute_matchers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  // Permissions of a kind that is not known could be any: that is no answer.
  permissions: z.discriminatedUnion('type', [
    z.object({ type: z.literal('service_account_default') }),
    z.object({ type: z.literal('restricted'), scopes: z.array(z.string()) }),
  ]),
});

/** The workload identity providers; `http` must carry the admin key. */
export function createIdentityProviderApi(http: OpenAIHttp): IdentityProviderApi {
  return {
    list: async () => (await allPages(http, { path: PATH, item: provider })).map(toProvider),

    async get(providerId) {
      const found = await findOne(http, providerPath(providerId), provider);
      return found && toProvider(found);
    },

    async create(order) {
      const body = { type: 'oidc', ...providerBody(order) };
      return toProvider(await http.call({ method: 'POST', path: PATH, body, answer: provider }));
    },

    async update(providerId, { enabled, ...change }) {
      const body = { ...providerBody(change), ...(enabled !== undefined && { enabled }) };
      return toProvider(await http.call({ method: 'POST', path: providerPath(providerId), body, answer: provider }));
    },

    delete: async (providerId) => deleteOne(http, providerPath(providerId)),
  };
}

/** The federation rules of providers; `http` must carry the admin key. */
export function createFederationRuleApi(http: OpenAIHttp): FederationRuleApi {
  const rulesAt = (providerId: string, serviceAccountId?: string) => {
    const query = serviceAccountId !== undefined && { query: { service_account_id: serviceAccountId } };
    return { path: rulesPath(providerId), item: rule, ...query };
  };
  return {
    async page(providerId, { serviceAccountId, after }) {
      const { items, next } = await onePage(http, rulesAt(providerId, serviceAccountId), after);
      return { items: items.map(toRule), next };
    },

    async list(providerId, serviceAccountId) {
      return (await allPages(http, rulesAt(providerId, serviceAccountId))).map(toRule);
    },

    async get(providerId, ruleId) {
      const found = await findOne(http, rulePath(providerId, ruleId), rule);
      return found && toRule(found);
    },

    async create(providerId, { projectId, serviceAccountId, ...order }) {
      const body = { project_id: projectId, service_account_id: serviceAccountId, ...ruleBody(order) };
      return toRule(await http.call({ method: 'POST', path: rulesPath(providerId), body, answer: rule }));
    },

    async update(providerId, ruleId, { enabled, ...change }) {
      const body = { ...ruleBody(change), ...(enabled !== undefined && { enabled }) };
      return toRule(await http.call({ method: 'POST', path: rulePath(providerId, ruleId), body, answer: rule }));
    },

    delete: async (providerId, ruleId) => deleteOne(http, rulePath(providerId, ruleId)),
  };
}

function providerPath(providerId: string): string {
  return pathOf`/organization/workload_identity_providers/${providerId}`;
}

function rulesPath(providerId: string): string {
  return `${providerPath(providerId)}/federation_rules`;
}

function rulePath(providerId: string, ruleId: string): string {
  return pathOf`/organization/workload_identity_providers/${providerId}/federation_rules/${ruleId}`;
}

function providerBody({ jwks, ...order }: Partial<IdentityProviderOrder>) {
  return { ...order, ...(jwks !== undefined && { verification: { type: 'uploaded_jwks', jwks } }) };
}

function ruleBody({ name, description, matchers, scopes }: Partial<FederationRuleOrder>) {
  return {
    ...(description != null && { description }),
    ...(name !== undefined && { name }),
    ...(matchers !== undefined && { attribute_matchers: matchersToSend(matchers) }),
    ...(scopes !== undefined && { permissions: permissionsToSend(scopes) }),
  };
}

function matchersToSend(matchers: AttributeMatchers): AttributeMatchers {
  if (Object.keys(matchers).length > 0) return matchers;
  throw new RefusedError('A rule without a matcher would let in whoever the issuer vouches for: name at least one');
}

function permissionsToSend(scopes: readonly string[] | null) {
  return scopes === null ? { type: 'service_account_default' } : { type: 'restricted', scopes: scopesToSend(scopes) };
}

function toProvider(answer: z.infer<typeof provider>): IdentityProvider {
  const { id, name, issuer, audience, description = null, enabled, verification, created_at } = answer;
  const createdAt = created_at * 1_000;
  return { id, name, issuer, audience, description, enabled, verification: verification.type, createdAt };
}

function toRule(answer: z.infer<typeof rule>): FederationRule {
  const { permissions } = answer;
  return {
    id: answer.id,
    providerId: answer.workload_identity_provider_id,
    projectId: answer.project_id,
    serviceAccountId: answer.service_account_id,
    name: answer.name ?? null,
    description: answer.description ?? null,
    enabled: answer.enabled,
    matchers: answer.attribute_matchers,
    scopes: permissions.type === 'restricted' ? permissions.scopes : null,
  };
}
