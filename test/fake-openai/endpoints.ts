/** The endpoints that are prepared. Each has its own throttle, its own queue of faults and its own count of calls. */
export const ENDPOINTS = [
  'jobs.list',
  'jobs.create',
  'jobs.get',
  'jobs.checkpoints',
  'models.get',
  'permissions.create',
  'permissions.list',
  'permissions.delete',
  'audit_logs.list',
  'projects.list',
  'projects.get',
  'projects.model_permissions',
  'webhook_endpoints.list',
] as const;

export type Endpoint = (typeof ENDPOINTS)[number];
