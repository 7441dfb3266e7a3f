import { NotFoundError, OpenAIError } from '../../core/errors.ts';
import type { AdminProbes, Probe, ProjectProbes } from '../../core/ports/openai.ts';
import { AUDIT_LOGS_PATH, EVENT_TYPES } from './audit-logs.ts';
import type { OpenAIHttp } from './http.ts';
import { permissionsPath } from './permissions.ts';
import { createProjectApi } from './projects.ts';
import { deletion, loosePage, permissionPage } from './schemas.ts';
import { createModelApi } from './source-apis.ts';

/** A name of the right form, which OpenAI looks up, and which no job can have left: its short ids have no dash. */
const NO_CHECKPOINT = 'ft:gpt-4o-mini-2024-07-18:nobody::ckpt-doctor';
const NO_PERMISSION = 'cp_doctor';
/** 2026-01-01, in seconds since the epoch: any day will do. */
const SOME_DAY = '1767225600';

/** `http` must carry the admin key. */
export function createAdminProbes(http: OpenAIHttp): AdminProbes {
  const projects = createProjectApi(http);
  return {
    canListPermissions: () =>
      mayOfMissing(http.call({ method: 'GET', path: permissionsPath(NO_CHECKPOINT), answer: permissionPage })),

    // A DELETE of what does not exist has no effect whatever OpenAI checks first. A POST needs a project: were its body
    // checked before the key's scopes a 400 would tell nothing, and a checkpoint that does exist would be shared.
    canWritePermissions: () =>
      mayOfMissing(
        http.call({
          method: 'DELETE',
          path: `${permissionsPath(NO_CHECKPOINT)}/${NO_PERMISSION}`,
          answer: deletion,
        }),
      ),

    canReadAuditLog() {
      const query: [string, string][] = [
        ['event_types[]', EVENT_TYPES[0]],
        ['limit', '1'],
      ];
      return may(http.call({ method: 'GET', path: AUDIT_LOGS_PATH, query, answer: loosePage }));
    },

    canReadModelPermissions: (projectId) => mayOfMissing(projects.getModelPermissions(projectId)),

    canReadCosts() {
      const query = { start_time: SOME_DAY, limit: '1' };
      return mayOfMissing(http.call({ method: 'GET', path: '/organization/costs', query, answer: loosePage }));
    },
  };
}

/** `http` must carry a project key. */
export function createProjectProbes(http: OpenAIHttp): ProjectProbes {
  const models = createModelApi(http);
  return {
    canListJobs: () =>
      may(http.call({ method: 'GET', path: '/fine_tuning/jobs', query: { limit: '1' }, answer: loosePage })),
    canReadModels: (model) => mayOfMissing(models.getModel(model)),
  };
}

async function may(call: Promise<unknown>): Promise<Probe> {
  try {
    await call;
    return { ok: true };
  } catch (error) {
    if (error instanceof OpenAIError) return { ok: false, error };
    throw error;
  }
}

/** OpenAI says that something is missing only to a key that may look: scopes are checked before (inferred). */
async function mayOfMissing(call: Promise<unknown>): Promise<Probe> {
  const probe = await may(call);
  return !probe.ok && probe.error instanceof NotFoundError ? { ok: true } : probe;
}
