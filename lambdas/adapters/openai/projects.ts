import { NotFoundError, RefusedError, UnavailableError } from '../../core/errors.ts';
import type { OrganisationApi, ProjectApi } from '../../core/ports/openai.ts';
import type { OpenAIHttp } from './http.ts';
import { modelPermissions, PATH_ID, project } from './schemas.ts';

/** The project endpoints; `http` must carry the admin key. */
export function createProjectApi(http: OpenAIHttp): ProjectApi & OrganisationApi {
  return {
    async hasProject(projectId) {
      try {
        const { id } = await http.call({ method: 'GET', path: projectPath(projectId), answer: project });
        if (id === projectId) return true;
        throw new UnavailableError('OpenAI answered with another project than the one asked for');
      } catch (error) {
        if (error instanceof NotFoundError) return false;
        throw error;
      }
    },

    async getModelPermissions(projectId) {
      const path = `${projectPath(projectId)}/model_permissions`;
      try {
        const { mode, model_ids: modelIds } = await http.call({ method: 'GET', path, answer: modelPermissions });
        return { mode, modelIds };
      } catch (error) {
        if (error instanceof NotFoundError && !saysProjectIsUnknown(error.message)) return null;
        throw error;
      }
    },
  };
}

function projectPath(projectId: string): string {
  if (!PATH_ID.test(projectId)) throw new RefusedError('This is no project id (proj_…)');
  return `/organization/projects/${projectId}`;
}

/**
 * OpenAI answers 404 both for a project that it does not know and for one without a list, in words that nobody
 * documents. Only what says that the project itself is missing is taken for that.
 */
function saysProjectIsUnknown(message: string): boolean {
  if (/model[ _-]?permissions?/i.test(message)) return false;
  return /\bprojects?\b/i.test(message) && /\bnot found\b|\bno such\b|\bnot exist|\bcould not find\b/i.test(message);
}
