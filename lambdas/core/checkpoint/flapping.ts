import type { PermissionRecord } from '../model/permission.ts';

const DAY_MS = 24 * 60 * 60_000;

/** So many repairs of one permission in a day are somebody's wish against ours, not an accident. */
export const REPAIRS_A_DAY = 3;

/** The repairs that still count, with one more now; undefined when there were too many already. */
export function oneMoreRepair({ repairs }: PermissionRecord, now: number): readonly number[] | undefined {
  const recent = repairs.filter((at) => at > now - DAY_MS);
  return recent.length < REPAIRS_A_DAY ? [...recent, now] : undefined;
}

/** Repaired too often: it stays as it is until a person says otherwise. */
export function isFlapping({ state, repairs }: PermissionRecord): boolean {
  return state === 'drifted' && repairs.length >= REPAIRS_A_DAY;
}
