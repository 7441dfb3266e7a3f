import { permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { ActualPermission, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { changeCheckpoint } from '../../../lambdas/use-cases/change.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL, NOW, unprepared } from '../../use-cases/operate/ask.ts';
import { openTestSession } from '../session.ts';

/** A permission that was granted to a project, under an id of its own. */
export function granted(projectId: string, parts: Partial<PermissionRecord> = {}): PermissionRecord {
  return aPermission(projectId, 'active', {
    permissionId: `cp_${projectId.slice(5)}`,
    want: aWant(projectId, { origin: 'operator', rule: null }),
    sharedAt: NOW,
    ...parts,
  });
}

/** What OpenAI shows of one. */
export function shown(projectId: string, permissionId = `cp_${projectId.slice(5)}`, createdAt = NOW): ActualPermission {
  return { projectId, permissionId, createdAt };
}

/** A checkpoint of which no rule wants anything, and a session on it. */
export async function openScene(permissions: readonly PermissionRecord[], parts: Partial<OperateDeps> = {}) {
  const ledger = await ledgerWith(aRecord(permissions, { jobId: null, source: null }));
  const secrets = { current: async () => 'sk-admin-test', currentAndPrevious: async () => [] };
  return { ledger, ...openTestSession({ ledger, secrets, ...parts }) };
}

/** OpenAI with these permissions of every checkpoint. */
export function openAIWith(actual: readonly ActualPermission[]): Pick<OperateDeps, 'admin'> {
  const list = async () => ({ permissions: actual, next: null });
  return { admin: { ...unprepared<OperateDeps['admin']>('admin'), list } };
}

/** The share function, as far as one checkpoint shows it: whatever is due has been done at the next look. */
export function carriedOut(
  ledger: Ledger,
  change: (permission: PermissionRecord) => PermissionRecord | undefined,
): Ledger {
  return {
    ...ledger,
    async getCheckpoint(checkpoint) {
      const record = await ledger.getCheckpoint(checkpoint);
      const isDue = record !== undefined && permissionsOf(record).some(({ notBefore }) => notBefore !== null);
      if (!isDue) return record;
      return changeCheckpoint(ledger, record, (current) => {
        const permissions = permissionsOf(current).flatMap((permission) => {
          const next = permission.notBefore === null ? permission : change(permission);
          return next === undefined ? [] : [[next.projectId, next] as const];
        });
        return { ...current, permissions: Object.fromEntries(permissions) };
      }).then(() => ledger.getCheckpoint(checkpoint));
    },
  };
}

export async function rowsOf(ledger: Ledger): Promise<readonly PermissionRecord[]> {
  const record = await ledger.getCheckpoint(MODEL);
  return record === undefined ? [] : permissionsOf(record);
}

export const failure = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('This was to fail.');
    },
    (error: unknown) => error,
  );
