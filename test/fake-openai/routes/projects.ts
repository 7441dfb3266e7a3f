import { notFound } from '../api-error.ts';
import { listBody, PAGING, pageOf, unixSeconds } from '../pages.ts';
import { allowOnly, flag } from '../query.ts';
import type { FakeProject } from '../state/projects.ts';
import type { World } from '../state/world.ts';
import { type ApiRequest, type Route, shown } from './route.ts';

const SCOPE = 'api.management.read';

export const projectRoutes: readonly Route[] = [
  {
    endpoint: 'projects.list',
    method: 'GET',
    path: '/organization/projects',
    key: 'admin',
    scope: SCOPE,
    handle: ({ query }, world) => {
      allowOnly(query, [...PAGING, 'include_archived']);
      const { items, hasMore } = pageOf(world.projects.list(flag(query, 'include_archived')), query, 20);
      return shown(listBody(items.map(projectBody), hasMore));
    },
  },
  {
    endpoint: 'projects.get',
    method: 'GET',
    path: '/organization/projects/:project',
    key: 'admin',
    scope: SCOPE,
    handle: (request, world) => {
      allowOnly(request.query, []);
      return shown(projectBody(findProject(request, world)));
    },
  },
  {
    endpoint: 'projects.model_permissions',
    method: 'GET',
    path: '/organization/projects/:project/model_permissions',
    key: 'admin',
    scope: SCOPE,
    handle: (request, world) => {
      allowOnly(request.query, []);
      const { id, modelPermissions } = findProject(request, world);
      if (modelPermissions === null && world.quirks.noModelPermissions === 'not-found') {
        throw notFound(`Project ${id} has no model permissions.`);
      }
      const { mode, modelIds } = modelPermissions ?? { mode: 'deny_list', modelIds: [] };
      return shown({ object: 'project.model_permissions', mode, model_ids: modelIds });
    },
  },
];

export function findProject(request: ApiRequest, world: World): FakeProject {
  const id = request.param('project');
  const project = world.projects.find(id);
  if (project) return project;
  throw notFound(`Project not found: ${id}`, 'project_id');
}

/** `Project` of OpenAI's OpenAPI document. */
function projectBody({ id, name, createdAt, archivedAt }: FakeProject) {
  return {
    id,
    object: 'organization.project',
    name,
    created_at: unixSeconds(createdAt),
    archived_at: archivedAt === null ? null : unixSeconds(archivedAt),
    status: archivedAt === null ? 'active' : 'archived',
    external_key_id: null,
    residency: 'GLOBAL',
  };
}
