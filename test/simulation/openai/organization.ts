import type { ActualPermission } from '../../../lambdas/core/model/permission.ts';
import type { Draw } from '../engine/draw.ts';
import type { JobScenario } from '../scenario/jobs.ts';
import { ELSEWHERE, type ProjectScenario } from '../scenario/policies.ts';
import type { AuditQuirks, PermissionQuirks } from '../scenario/quirks.ts';
import { isDuring, type Weather } from '../scenario/weather.ts';
import { AuditLog } from './audit-log.ts';

/** A permission as OpenAI has it. Times are milliseconds since the epoch. */
export interface Permission extends ActualPermission {
  readonly checkpoint: string;
  /** Who made it: a creating call of the code under test, or somebody else. */
  readonly maker: 'us' | 'people';
  /** From when on a list shows it. */
  readonly shownFrom: number;
  deleted: { readonly at: number; readonly by: 'us' | 'people' | 'model'; readonly shownUntil: number } | null;
}

/** The truth about one OpenAI organisation. */
export class Organization {
  readonly quirks: PermissionQuirks;
  readonly jobs: readonly JobScenario[];
  readonly projects = new Map<string, 'active' | 'archived'>();
  /** Projects that were not open at some time. */
  readonly everClosed = new Set<string>();
  /** The project that owns, or owned, a checkpoint. */
  readonly owners = new Map<string, string>();
  /** The checkpoints that there are. */
  readonly models: Set<string>;
  /** All there ever were, oldest first. */
  readonly permissions: Permission[] = [];
  readonly auditLog: AuditLog;
  readonly #outage: Weather['outage'];
  readonly #now: () => number;
  readonly #draw: Draw;

  constructor(
    parts: {
      readonly projects: readonly ProjectScenario[];
      readonly jobs: readonly JobScenario[];
      readonly quirks: PermissionQuirks;
      readonly auditQuirks: AuditQuirks;
      readonly weather: Pick<Weather, 'outage'>;
    },
    now: () => number,
    draw: Draw,
  ) {
    this.quirks = parts.quirks;
    this.jobs = parts.jobs;
    this.#outage = parts.weather.outage;
    this.#now = now;
    this.#draw = draw;
    this.auditLog = new AuditLog(parts.auditQuirks, now, draw);
    this.projects.set(ELSEWHERE.owner, 'active');
    for (const { projectId, state } of parts.projects) {
      if (state !== 'missing') this.projects.set(projectId, state);
    }
    this.owners.set(ELSEWHERE.checkpoint, ELSEWHERE.owner);
    for (const { source, checkpoints } of parts.jobs) {
      const owner = parts.projects.find((project) => project.source === source)?.projectId ?? '';
      for (const { checkpoint } of checkpoints) this.owners.set(checkpoint, owner);
    }
    this.models = new Set(this.owners.keys());
  }

  /** What people had done before anybody watched; no log tells of it any more. */
  grantBefore(checkpoint: string, projectId: string, createdAt: number): void {
    const permissionId = `cp_${this.permissions.length + 1}`;
    this.permissions.push({
      permissionId,
      projectId,
      checkpoint,
      createdAt,
      maker: 'people',
      shownFrom: createdAt,
      deleted: null,
    });
  }

  hasModel(checkpoint: string): boolean {
    return this.models.has(checkpoint) && !this.isLost(checkpoint);
  }

  /** Whether OpenAI does not find a model just now that is there all the same. */
  isLost(checkpoint: string): boolean {
    return this.#outage?.checkpoint === checkpoint && isDuring(this.#outage, this.#now());
  }

  living(checkpoint: string): readonly Permission[] {
    return this.permissions.filter((permission) => permission.checkpoint === checkpoint && permission.deleted === null);
  }

  find(permissionId: string): Permission | undefined {
    return this.permissions.find((permission) => permission.permissionId === permissionId);
  }

  /** What a list shows just now, oldest first. */
  shown(checkpoint: string): readonly Permission[] {
    const now = this.#now();
    return this.permissions.filter(
      (permission) =>
        permission.checkpoint === checkpoint &&
        permission.shownFrom <= now &&
        (permission.deleted === null || permission.deleted.shownUntil > now),
    );
  }

  grant(checkpoint: string, projectId: string, maker: Permission['maker']): Permission {
    const now = this.#now();
    const permission: Permission = {
      permissionId: `cp_${this.permissions.length + 1}`,
      projectId,
      checkpoint,
      // OpenAI's times are whole seconds.
      createdAt: Math.floor(now / 1_000) * 1_000,
      maker,
      shownFrom: now + this.#lag(),
      deleted: null,
    };
    this.permissions.push(permission);
    const { permissionId } = permission;
    this.auditLog.add({ kind: 'permission-created', permissionId, projectId, checkpoint, actor: maker });
    return permission;
  }

  delete(permission: Permission, by: 'us' | 'people'): void {
    const now = this.#now();
    permission.deleted = { at: now, by, shownUntil: now + this.#lag() };
    this.auditLog.add({ kind: 'permission-deleted', permissionId: permission.permissionId, actor: by });
  }

  archive(projectId: string): void {
    if (this.projects.get(projectId) !== 'active') return;
    this.projects.set(projectId, 'archived');
    this.everClosed.add(projectId);
    this.auditLog.add({ kind: 'project-archived', projectId, actor: 'people' });
    if (!this.quirks.archivedLose) return;
    const now = this.#now();
    for (const permission of this.permissions) {
      if (permission.projectId !== projectId || permission.deleted !== null) continue;
      permission.deleted = { at: now, by: 'people', shownUntil: now + this.#lag() };
    }
  }

  deleteModel(checkpoint: string): void {
    const now = this.#now();
    this.models.delete(checkpoint);
    for (const permission of this.living(checkpoint)) permission.deleted = { at: now, by: 'model', shownUntil: now };
  }

  #lag(): number {
    const { listLagMs } = this.quirks;
    return this.#draw.chance(0.3) ? listLagMs : this.#draw.int(0, listLagMs);
  }
}
