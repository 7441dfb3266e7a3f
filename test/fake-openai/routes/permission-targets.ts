import { type ApiError, badRequest } from '../api-error.ts';
import type { FakeModel } from '../state/models.ts';
import type { FakePermission } from '../state/permissions.ts';
import type { World } from '../state/world.ts';

/** The projects of a POST that will get a permission; throws if OpenAI would refuse the whole POST. */
export function checkTargets(projectIds: readonly string[], checkpoint: FakeModel, world: World): readonly string[] {
  const { maxProjectIds, badProject, repeatedPost } = world.quirks;
  if (projectIds.length > maxProjectIds) {
    throw badRequest(
      `Invalid 'project_ids': array too long. Expected at most ${maxProjectIds} elements, but got ${projectIds.length}.`,
      'project_ids',
      'array_above_max_length',
    );
  }
  const owner = projectIds.find((id) => id === checkpoint.projectId);
  if (owner !== undefined) {
    throw refusal(`Cannot modify checkpoint permissions for the owning project: ${owner}`);
  }
  const good = projectIds.filter((id) => problemWith(id, world) === null);
  const [problem] = projectIds.map((id) => problemWith(id, world)).filter((each) => each !== null);
  if (problem !== undefined && badProject !== 'left-out') {
    throw refusal(badProject === 'fails-all-naming' ? problem : 'One or more of the projects are invalid.');
  }
  if (repeatedPost === 'fails-naming' || repeatedPost === 'fails-silent') {
    const repeated = good.find((id, index) => good.indexOf(id) < index || findExisting(id, checkpoint, world));
    if (repeated !== undefined) {
      const who = repeatedPost === 'fails-naming' ? `project ${repeated}` : 'one or more of the projects';
      throw refusal(`A checkpoint permission already exists for ${who}.`);
    }
  }
  return good;
}

export function findExisting(projectId: string, checkpoint: FakeModel, world: World): FakePermission | undefined {
  return world.permissions.of(checkpoint.id).find((permission) => permission.projectId === projectId);
}

function problemWith(projectId: string, world: World): string | null {
  const project = world.projects.find(projectId);
  if (!project) return `Project not found: ${projectId}`;
  return project.archivedAt === null ? null : `Project is archived: ${projectId}`;
}

function refusal(message: string): ApiError {
  return badRequest(message, 'project_ids');
}
