import type { Ids } from '../ids.ts';
import type { AuditActor, AuditLog } from './audit-log.ts';

/** One project's right to one checkpoint. */
export interface FakePermission {
  /** `cp_…` */
  readonly id: string;
  readonly checkpoint: string;
  readonly projectId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The truth about who may use which checkpoint; every change is in the audit log. */
export class Permissions {
  readonly #ids: Ids;
  readonly #now: () => number;
  readonly #auditLog: AuditLog;
  #permissions: FakePermission[] = [];

  constructor(ids: Ids, now: () => number, auditLog: AuditLog) {
    this.#ids = ids;
    this.#now = now;
    this.#auditLog = auditLog;
  }

  /** Oldest first. */
  of(checkpoint: string): readonly FakePermission[] {
    return this.#permissions.filter((permission) => permission.checkpoint === checkpoint);
  }

  /** Always makes a new permission, also where the project has one. */
  grant(checkpoint: string, projectId: string, actor: AuditActor): FakePermission {
    const permission = { id: this.#ids.permission(), checkpoint, projectId, createdAt: this.#now() };
    this.#permissions.push(permission);
    this.#auditLog.created(permission, actor);
    return permission;
  }

  /** False if the checkpoint has no permission of this id. */
  revoke(checkpoint: string, permissionId: string, actor: AuditActor): boolean {
    const kept = this.#permissions.filter(({ id, checkpoint: of }) => id !== permissionId || of !== checkpoint);
    if (kept.length === this.#permissions.length) return false;
    this.#permissions = kept;
    this.#auditLog.deleted(permissionId, actor);
    return true;
  }

  /** All permissions of a checkpoint that is no more. */
  drop(checkpoint: string): void {
    this.#permissions = this.#permissions.filter((permission) => permission.checkpoint !== checkpoint);
  }
}
