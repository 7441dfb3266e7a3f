import type { IsoTime } from '../../shared/contract/operator.ts';

/** Milliseconds since the epoch as text. */
export function toIso(ms: number): IsoTime {
  return new Date(ms).toISOString();
}

export function toIsoOrNull(ms: number | null): IsoTime | null {
  return ms === null ? null : toIso(ms);
}
