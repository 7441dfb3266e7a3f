import { notFound } from '../api-error.ts';
import { unixSeconds } from '../pages.ts';
import { allowOnly } from '../query.ts';
import type { FakeModel } from '../state/models.ts';
import type { World } from '../state/world.ts';
import { type Route, shown } from './route.ts';

export const modelRoutes: readonly Route[] = [
  {
    endpoint: 'models.get',
    method: 'GET',
    path: '/models/:model',
    key: 'project',
    scope: 'api.model.read',
    handle: (request, world) => {
      allowOnly(request.query, []);
      const id = request.param('model');
      const model = world.models.find(id);
      if (!model || !mayUse(request.key.projectId, model, world)) {
        throw notFound(`The model '${id}' does not exist or you do not have access to it.`, 'model', 'model_not_found');
      }
      return shown({
        id: model.id,
        object: 'model',
        created: unixSeconds(model.createdAt),
        owned_by: model.ownedBy,
        shutdown_date: model.shutdownDate,
      });
    },
  },
];

/** OpenAI's own models, what the project trained itself, and what was shared with it. */
function mayUse(projectId: string | null, model: FakeModel, world: World): boolean {
  if (model.projectId === null || model.projectId === projectId) return true;
  return world.permissions.of(model.id).some((permission) => permission.projectId === projectId);
}
