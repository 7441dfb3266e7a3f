import type { ActualPermission } from '../../../lambdas/core/model/permission.ts';
import { SECOND } from '../../builders/checkpoints.ts';

/** A call's effect comes within its deadline, whether or not its answer does. */
export const DEADLINE_MS = 30 * SECOND;
/** What has been done shows in a list within this time; measured of new projects. */
export const LAG_MS = 60 * SECOND;

interface Permission extends ActualPermission {
  /** Made by a call of ours, and not forgotten since. */
  ours: boolean;
  /** Made by a call of ours. */
  readonly made: boolean;
  readonly visibleFrom: number;
  deletedAt: number;
  hiddenFrom: number;
}

/** OpenAI in miniature, with the worst answer to the open questions: a repeated POST makes a second permission. */
export class ModelOpenAI {
  readonly #permissions: Permission[] = [];

  /** One POST's effect at a time. */
  grant(projectIds: readonly string[], at: number, lagMs: number, ours = true): readonly ActualPermission[] {
    return projectIds.map((projectId) => {
      const permissionId = `cp_${this.#permissions.length + 1}`;
      const actual = { permissionId, projectId, createdAt: Math.floor(at / SECOND) * SECOND };
      const rest = { ours, made: ours, visibleFrom: at + lagMs, deletedAt: Infinity, hiddenFrom: Infinity };
      this.#permissions.push({ ...actual, ...rest });
      return actual;
    });
  }

  /** One DELETE's effect at a time; what is gone already stays gone. */
  delete(permissionId: string, at: number, lagMs: number): void {
    const permission = this.#permissions.find((other) => other.permissionId === permissionId);
    if (permission === undefined || permission.deletedAt <= at) return;
    permission.deletedAt = at;
    permission.hiddenFrom = at + lagMs;
  }

  /** A person does not want it tracked any more: it is nobody's here. */
  disown(permissionIds: readonly string[]): void {
    for (const permission of this.#permissions)
      if (permissionIds.includes(permission.permissionId)) permission.ours = false;
  }

  /** What a LIST shows at a time. */
  list(at: number): readonly ActualPermission[] {
    return this.#permissions
      .filter(({ visibleFrom, hiddenFrom }) => visibleFrom <= at && at < hiddenFrom)
      .map(({ permissionId, projectId, createdAt }) => ({ permissionId, projectId, createdAt }));
  }

  /** Everything that gives access, shown or not, at a time that may lie ahead. */
  alive(at: number): readonly Permission[] {
    return this.#permissions.filter(({ deletedAt }) => at < deletedAt);
  }

  isByHand(permissionId: string): boolean {
    return this.#permissions.some((other) => other.permissionId === permissionId && !other.ours);
  }
}
