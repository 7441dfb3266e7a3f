import { notFound, serverError } from '../api-error.ts';
import { readObject, readStrings } from '../bodies.ts';
import { listBody, PAGING, pageOf, unixSeconds } from '../pages.ts';
import { allowOnly, oneOf } from '../query.ts';
import { shuffled } from '../random.ts';
import type { FakeModel } from '../state/models.ts';
import type { FakePermission } from '../state/permissions.ts';
import type { World } from '../state/world.ts';
import { checkTargets, findExisting } from './permission-targets.ts';
import { type Answer, type ApiRequest, changed, type Route, shown } from './route.ts';

const PATH = '/fine_tuning/checkpoints/:checkpoint/permissions';
const OBJECT = 'checkpoint.permission';

export const permissionRoutes: readonly Route[] = [
  {
    endpoint: 'permissions.create',
    method: 'POST',
    path: PATH,
    key: 'admin',
    scope: 'api.fine_tuning.checkpoints.write',
    handle: create,
  },
  {
    endpoint: 'permissions.list',
    method: 'GET',
    path: PATH,
    key: 'admin',
    scope: 'api.fine_tuning.checkpoints.read',
    handle: list,
  },
  {
    endpoint: 'permissions.delete',
    method: 'DELETE',
    path: `${PATH}/:permission`,
    key: 'admin',
    scope: 'api.fine_tuning.checkpoints.write',
    handle: remove,
  },
];

function create(request: ApiRequest, world: World): Answer {
  const checkpoint = findCheckpoint(request, world);
  const requested = readStrings(readObject(request.json(), ['project_ids']), 'project_ids');
  const targets = checkTargets(requested, checkpoint, world);
  let effect = false;
  const granted = targets.map((projectId) => {
    const existing =
      world.quirks.repeatedPost === 'makes-second' ? undefined : findExisting(projectId, checkpoint, world);
    if (existing) return existing;
    effect = true;
    return world.permissions.grant(checkpoint.id, projectId, { kind: 'api_key', id: request.key.id });
  });
  const answered = world.quirks.answerOrder === 'given' ? granted : shuffled(granted, world.random);
  const shownOnes = answered.slice(0, world.quirks.answerLimit ?? answered.length);
  return changed(listBody(shownOnes.map(permissionBody), shownOnes.length < answered.length), effect);
}

function list(request: ApiRequest, world: World): Answer {
  const { query } = request;
  allowOnly(query, [...PAGING, 'project_id', 'order']);
  const order = oneOf(query, 'order', ['descending', 'ascending']);
  const project = query.get('project_id');
  const listedUntil = world.now() - world.quirks.listLagMs;
  const visible = world.permissions
    .of(findCheckpoint(request, world).id)
    .filter(({ projectId, createdAt }) => createdAt <= listedUntil && (project === null || projectId === project));
  const { items, hasMore } = pageOf(order === 'ascending' ? visible : visible.toReversed(), query, 10);
  return shown(
    listBody(
      items.map((item) => listedBody(item, world)),
      hasMore,
    ),
  );
}

function remove(request: ApiRequest, world: World): Answer {
  const id = request.param('permission');
  const actor = { kind: 'api_key', id: request.key.id } as const;
  if (world.permissions.revoke(findCheckpoint(request, world).id, id, actor)) {
    return changed({ object: OBJECT, id, deleted: true });
  }
  throw notFound(`Checkpoint permission ${id} not found.`, 'permission_id');
}

function permissionBody({ id, createdAt, projectId }: FakePermission) {
  return { object: OBJECT, id, created_at: unixSeconds(createdAt), project_id: projectId };
}

function listedBody(permission: FakePermission, { quirks }: World): { readonly id: string } {
  const { id, createdAt, projectId } = permission;
  if (!quirks.oddPermissionsOf.includes(projectId)) return permissionBody(permission);
  return { object: OBJECT, id, created_at: new Date(createdAt).toISOString(), project: { id: projectId } } as {
    id: string;
  };
}

function findCheckpoint(request: ApiRequest, world: World): FakeModel {
  const id = request.param('checkpoint');
  // Measured: the permission API does not refuse a checkpoint's own id, it fails on it.
  if (id.startsWith('ftckpt_')) throw serverError();
  const model = world.models.find(id);
  world.refusals.checkCheckpoint(id);
  if (model && model.projectId !== null) return model;
  throw notFound(`The model '${id}' does not exist`, 'fine_tuned_model_checkpoint', 'model_not_found');
}
