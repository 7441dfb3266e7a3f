import { createIds, type Ids } from '../ids.ts';
import type { Quirks } from '../quirks.ts';
import { type Random, seededRandom } from '../random.ts';
import { Refusals } from '../refusals.ts';
import type { Reach } from '../webhook.ts';
import { AuditLog } from './audit-log.ts';
import { Identities } from './identities.ts';
import { Jobs } from './jobs.ts';
import { Keys } from './keys.ts';
import { Models } from './models.ts';
import { Permissions } from './permissions.ts';
import { Projects } from './projects.ts';
import { ServiceAccounts } from './service-accounts.ts';
import { WebhookEndpoints } from './webhook-endpoints.ts';

/** One organisation at OpenAI, and how OpenAI behaves. */
export interface World {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: Random;
  readonly ids: Ids;
  readonly quirks: Quirks;
  /** As it appears in the names of models. */
  readonly organization: string;
  readonly projects: Projects;
  readonly keys: Keys;
  readonly serviceAccounts: ServiceAccounts;
  readonly jobs: Jobs;
  /** What is told instead of a job or checkpoint, or which of its fields, by its id. */
  readonly distortions: Map<string, unknown>;
  readonly models: Models;
  readonly permissions: Permissions;
  readonly auditLog: AuditLog;
  readonly webhookEndpoints: WebhookEndpoints;
  /** How to reach the URLs of webhook endpoints that begin so. */
  readonly reach: Map<string, Reach>;
  readonly identities: Identities;
  readonly refusals: Refusals;
}

export function createWorld(settings: {
  readonly now: () => number;
  readonly seed: number;
  readonly quirks: Quirks;
  readonly organization: string;
}): World {
  const random = seededRandom(settings.seed);
  const ids = createIds(random);
  const auditLog = new AuditLog(ids, settings.now);
  return {
    now: settings.now,
    random,
    ids,
    quirks: settings.quirks,
    organization: settings.organization,
    projects: new Projects(),
    keys: new Keys(settings.now),
    serviceAccounts: new ServiceAccounts(),
    jobs: new Jobs(),
    distortions: new Map(),
    models: new Models(),
    permissions: new Permissions(ids, settings.now, auditLog),
    auditLog,
    webhookEndpoints: new WebhookEndpoints(),
    reach: new Map(),
    identities: new Identities(),
    refusals: new Refusals(),
  };
}
