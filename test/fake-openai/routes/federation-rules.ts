import { badRequest, notFound } from '../api-error.ts';
import { isObject, readBoolean, readObject, readOptionalString, readString } from '../bodies.ts';
import { listBody, PAGING, pageOf, unixSeconds } from '../pages.ts';
import { allowOnly, oneOf } from '../query.ts';
import type { FakeFederationRule, Matchers } from '../state/identities.ts';
import type { World } from '../state/world.ts';
import { findProvider } from './identity-providers.ts';
import { readScopes } from './key-bodies.ts';
import { type Answer, type ApiRequest, changed, type Route, shown } from './route.ts';

const PATH = '/organization/workload_identity_providers/:provider/federation_rules';
const ONE = `${PATH}/:rule`;
const READ = { key: 'admin', scope: 'api.management.read' } as const;
const WRITE = { key: 'admin', scope: 'api.management.write' } as const;

const FIELDS = ['attribute_matchers', 'permissions', 'name', 'description', 'enabled'] as const;

export const federationRuleRoutes: readonly Route[] = [
  {
    ...READ,
    endpoint: 'federation_rules.list',
    method: 'GET',
    path: PATH,
    handle: (request, world) => {
      const { query } = request;
      allowOnly(query, [...PAGING, 'order', 'service_account_id']);
      const account = world.quirks.ruleFilter === 'works' ? query.get('service_account_id') : null;
      const rules = world.identities
        .rulesOf(findProvider(request, world).id)
        .filter(({ accountId }) => account === null || accountId === account);
      const ordered = oneOf(query, 'order', ['asc', 'desc']) === 'asc' ? rules : rules.toReversed();
      const { items, hasMore } = pageOf(ordered, query, 20);
      return shown(listBody(items.map(ruleBody), hasMore));
    },
  },
  { ...WRITE, endpoint: 'federation_rules.create', method: 'POST', path: PATH, handle: create },
  {
    ...READ,
    endpoint: 'federation_rules.get',
    method: 'GET',
    path: ONE,
    handle: (request, world) => shown(ruleBody(findRule(request, world))),
  },
  { ...WRITE, endpoint: 'federation_rules.update', method: 'POST', path: ONE, handle: update },
  {
    ...WRITE,
    endpoint: 'federation_rules.delete',
    method: 'DELETE',
    path: ONE,
    handle: (request, world) => {
      const { id } = findRule(request, world);
      world.identities.deleteRule(id);
      return changed({ object: 'organization.workload_identity_federation_rule.deleted', id, deleted: true });
    },
  },
];

function create(request: ApiRequest, world: World): Answer {
  const { id: providerId } = findProvider(request, world);
  const body = readObject(request.json(), ['project_id', 'service_account_id', ...FIELDS]);
  const projectId = readString(body, 'project_id');
  const accountId = readString(body, 'service_account_id');
  if (!world.serviceAccounts.find(projectId, accountId)) {
    throw notFound(`No service account found with id '${accountId}'.`, 'service_account_id');
  }
  const rule = world.identities.addRule({
    id: world.ids.federationRule(),
    providerId,
    projectId,
    accountId,
    name: readOptionalString(body, 'name') ?? null,
    description: readOptionalString(body, 'description') ?? null,
    enabled: readBoolean(body, 'enabled') ?? true,
    matchers: readMatchers(body),
    scopes: readPermissions(body) ?? null,
    createdAt: world.now(),
    updatedAt: world.now(),
  });
  return changed(ruleBody(rule));
}

function update(request: ApiRequest, world: World): Answer {
  const rule = findRule(request, world);
  const body = readObject(request.json(), FIELDS);
  const scopes = readPermissions(body);
  Object.assign(rule, {
    name: body.name === undefined ? rule.name : readOptionalString(body, 'name'),
    description: body.description === undefined ? rule.description : readOptionalString(body, 'description'),
    enabled: readBoolean(body, 'enabled') ?? rule.enabled,
    matchers: body.attribute_matchers === undefined ? rule.matchers : readMatchers(body),
    scopes: scopes === undefined ? rule.scopes : scopes,
    updatedAt: world.now(),
  });
  return changed(ruleBody(rule));
}

function findRule(request: ApiRequest, world: World): FakeFederationRule {
  const id = request.param('rule');
  const rule = world.identities.rulesOf(findProvider(request, world).id).find((each) => each.id === id);
  if (rule) return rule;
  throw notFound(`No federation rule found with id '${id}'.`, 'workload_identity_federation_rule_id');
}

function readMatchers({ attribute_matchers: given }: Readonly<Record<string, unknown>>): Matchers {
  const isMatchers = (value: unknown): value is Matchers =>
    isObject(value) && Object.values(value).every((each) => ['string', 'number', 'boolean'].includes(typeof each));
  if (isMatchers(given) && Object.keys(given).length > 0) return given;
  throw badRequest("Invalid 'attribute_matchers': expected at least one.", 'attribute_matchers', 'invalid_value');
}

/** Scopes, null for whatever the account may do, undefined where nothing is said. */
function readPermissions({ permissions }: Readonly<Record<string, unknown>>): readonly string[] | null | undefined {
  if (permissions === undefined) return undefined;
  if (isObject(permissions)) {
    if (permissions.type === 'service_account_default') return null;
    if (permissions.type === 'restricted' && permissions.scopes !== undefined) return readScopes(permissions);
  }
  throw badRequest("Invalid 'permissions'.", 'permissions', 'invalid_value');
}

/** `FederationRule` of the npm package openai 7.55.0. */
function ruleBody(rule: FakeFederationRule) {
  const { id, providerId, projectId, accountId, name, description, enabled, matchers, scopes } = rule;
  return {
    object: 'organization.workload_identity_federation_rule',
    id,
    workload_identity_provider_id: providerId,
    project_id: projectId,
    service_account_id: accountId,
    name,
    description,
    enabled,
    attribute_matchers: matchers,
    permissions: scopes === null ? { type: 'service_account_default' } : { type: 'restricted', scopes },
    created_at: unixSeconds(rule.createdAt),
    updated_at: unixSeconds(rule.updatedAt),
  };
}
