import { RefusedError } from '../../core/errors.ts';
import type { ModelApi } from '../../core/ports/openai.ts';
import type { OpenAIHttp } from './http.ts';
import { model } from './schemas.ts';

/** An id, not a path: no slash in it, and no dot at its beginning. */
const MODEL_ID = /^[^./\s][^/\s]*$/;

/** The model endpoint; `http` must carry a project key. */
export function createModelApi(http: OpenAIHttp): ModelApi {
  return {
    async getModel(id) {
      if (!MODEL_ID.test(id) || !id.isWellFormed()) throw new RefusedError('This is no id of a model');
      const path = `/models/${id.split(':').map(encodeURIComponent).join(':')}`;
      const found = await http.call({ method: 'GET', path, answer: model });
      return { shutdownDate: found.shutdown_date ?? null };
    },
  };
}
