import { notFound } from '../api-error.ts';
import { readObject, readString } from '../bodies.ts';
import { listBody, PAGING, pageOf } from '../pages.ts';
import { allowOnly, oneOf } from '../query.ts';
import type { ApiKey } from '../state/keys.ts';
import type { World } from '../state/world.ts';
import { adminKeyBody, readExpiry } from './key-bodies.ts';
import { type ApiRequest, changed, type Route, shown } from './route.ts';

const PATH = '/organization/admin_api_keys';
// Nobody documents the scopes of these endpoints.
const [READ, WRITE] = ['api.management.read', 'api.management.write'];

export const adminKeyRoutes: readonly Route[] = [
  {
    endpoint: 'admin_keys.list',
    method: 'GET',
    path: PATH,
    key: 'admin',
    scope: READ,
    handle: ({ query }, world) => {
      allowOnly(query, [...PAGING, 'order']);
      const keys = world.keys.of(null);
      const ordered = oneOf(query, 'order', ['asc', 'desc']) === 'asc' ? keys : keys.toReversed();
      const { items, hasMore } = pageOf(ordered, query, 20);
      return shown(listBody(items.map(adminKeyBody), hasMore));
    },
  },
  {
    endpoint: 'admin_keys.create',
    method: 'POST',
    path: PATH,
    key: 'admin',
    scope: WRITE,
    handle: (request, world) => {
      const body = readObject(request.json(), ['name', 'expires_in_seconds']);
      const key = world.keys.add({
        kind: 'admin',
        projectId: null,
        value: world.ids.adminKeyValue(),
        id: world.ids.key(),
        name: readString(body, 'name'),
        owner: { type: 'user', id: 'user-Owner', name: 'Owner' },
        createdAt: world.now(),
        usableAt: world.now() + world.quirks.newKeyLagMs,
        // Documented: no scopes can be asked for.
        scopes: null,
        expiresAt: readExpiry(body, world),
        lastUsedAt: null,
      });
      return changed({ ...adminKeyBody(key), value: key.value });
    },
  },
  {
    endpoint: 'admin_keys.get',
    method: 'GET',
    path: `${PATH}/:key`,
    key: 'admin',
    scope: READ,
    handle: (request, world) => shown(adminKeyBody(findAdminKey(request, world))),
  },
  {
    endpoint: 'admin_keys.delete',
    method: 'DELETE',
    path: `${PATH}/:key`,
    key: 'admin',
    scope: WRITE,
    handle: (request, world) => {
      const { id, value } = findAdminKey(request, world);
      world.keys.revoke(value);
      world.auditLog.keyDeleted(id, { kind: 'api_key', id: request.key.id });
      return changed({ object: 'organization.admin_api_key.deleted', id, deleted: true });
    },
  },
];

function findAdminKey(request: ApiRequest, world: World): ApiKey {
  const id = request.param('key');
  const key = world.keys.of(null).find((each) => each.id === id);
  if (key) return key;
  throw notFound(`No admin API key found with id '${id}'.`, 'key_id');
}
