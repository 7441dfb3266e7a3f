import type { Lane } from '../model/permission.ts';
/**
 * What an admin call is for: a lane's due work, the audit log, what a project's own list of models lets through, or whether
 * the key's organisation has a project.
 */
export type AdminCall = Lane | 'audit' | 'model-permissions' | 'project';

/** The pacer's name of each admin endpoint: OpenAI throttles every endpoint on its own. */
export const ENDPOINT_OF = {
  create: 'checkpoint-permissions.create',
  list: 'checkpoint-permissions.list',
  delete: 'checkpoint-permissions.delete',
  audit: 'audit-logs.list',
  'model-permissions': 'projects.model-permissions',
  project: 'projects.get',
} as const satisfies Readonly<Record<AdminCall, string>>;

export type AdminEndpoint = (typeof ENDPOINT_OF)[AdminCall];

/** The pacer's names of all admin endpoints. */
export const ENDPOINTS: readonly string[] = Object.values(ENDPOINT_OF);
