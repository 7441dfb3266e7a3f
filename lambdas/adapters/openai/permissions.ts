import { NotFoundError, RefusedError } from '../../core/errors.ts';
import { parseModelName } from '../../core/model/ids.ts';
import { isOdd } from '../../core/model/job.ts';
import type { ActualPermission } from '../../core/model/permission.ts';
import type { PermissionApi } from '../../core/ports/openai.ts';
import type { OpenAIHttp } from './http.ts';
import { PAGE_SIZE, readPage } from './page.ts';
import { deletion, loosePage, PATH_ID, permission, permissionPage } from './schemas.ts';

/** The checkpoint-permission endpoints; `http` must carry the admin key. */
export function createPermissionApi(http: OpenAIHttp): PermissionApi {
  return {
    async create(checkpoint, projectIds) {
      const path = permissionsPath(checkpoint);
      const body = { project_ids: projectIds };
      const page = await http.call({ method: 'POST', path, body, answer: permissionPage });
      return { permissions: page.data.map(toPermission), complete: !page.has_more };
    },

    async list(checkpoint, after) {
      const path = permissionsPath(checkpoint);
      // Oldest first: what is created while the pages are read comes at the end and moves nothing.
      const query = { limit: PAGE_SIZE, order: 'ascending', ...(after === null ? {} : { after }) };
      const page = await http.call({ method: 'GET', path, query, answer: loosePage });
      const { items, next } = readPage(page, after, permission);
      const odd = items.filter(isOdd);
      const permissions = items.flatMap((item) => (isOdd(item) ? [] : [toPermission(item)]));
      return { permissions, next, ...(odd.length > 0 && { odd }) };
    },

    async delete(checkpoint, permissionId) {
      const path = permissionsPath(checkpoint);
      if (!PATH_ID.test(permissionId)) throw new RefusedError('This is no permission id (cp_…)');
      try {
        const { id } = await http.call({ method: 'DELETE', path: `${path}/${permissionId}`, answer: deletion });
        // An answer about another permission says nothing of this one: a list has to.
        return id === permissionId ? 'deleted' : 'absent';
      } catch (error) {
        if (error instanceof NotFoundError) return 'absent';
        throw error;
      }
    },
  };
}

/** Throws `RefusedError` for what is no checkpoint: it costs no admin call, and OpenAI answers 500 to `ftckpt_…`. */
export function permissionsPath(checkpoint: string): string {
  if (parseModelName(checkpoint) === undefined || !checkpoint.isWellFormed()) {
    throw new RefusedError(
      'This is no checkpoint (ft:<base>:<org>:<suffix>:<id>): use the model id that its job names',
    );
  }
  const name = checkpoint.split(':').map(encodeURIComponent).join(':');
  return `/fine_tuning/checkpoints/${name}/permissions`;
}

function toPermission(answer: { id: string; project_id: string; created_at: number }): ActualPermission {
  return { permissionId: answer.id, projectId: answer.project_id, createdAt: answer.created_at * 1_000 };
}
