import { NotFoundError, RefusedError } from '../../core/errors.ts';
import type { ProjectApi } from '../../core/openai-ports.ts';
import type { OpenAIHttp } from './http.ts';
import { modelPermissions, PATH_ID } from './schemas.ts';

/** The project endpoints; `http` must carry the admin key. */
export function createProjectApi(http: OpenAIHttp): ProjectApi {
  return {
    async getModelPermissions(projectId) {
      if (!PATH_ID.test(projectId)) throw new RefusedError('This is no project id (proj_…)');
      const path = `/organization/projects/${projectId}/model_permissions`;
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

/**
 * OpenAI answers 404 both for a project that it does not know and for one without a list, in words that nobody
 * documents. Only what says that the project itself is missing is taken for that.
 */
function saysProjectIsUnknown(message: string): boolean {
  if (/model[ _-]?permissions?/i.test(message)) return false;
  return /\bprojects?\b/i.test(message) && /\bnot found\b|\bno such\b|\bnot exist|\bcould not find\b/i.test(message);
}
