import { permissionsOf } from '../../../core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../../core/model/permission.ts';
import { toIso } from '../answer.ts';
import { type Found, notice } from './check.ts';

/** Whether OpenAI forbids single checkpoints, or each that it is asked for: then it may be the key after all. */
export function judgeForbidden(records: readonly CheckpointRecord[]): readonly Found[] {
  const refused = records.filter((record) => refusedAt(record) !== null);
  if (refused.length === 0) return [];
  const since = Math.min(...refused.map((record) => refusedAt(record) ?? 0));
  const isSharedSince = records.some((record) => {
    return permissionsOf(record).some(({ sharedAt }) => (sharedAt ?? 0) >= since);
  });
  const count = refused.length === 1 ? 'one checkpoint' : `${refused.length} checkpoints`;
  const message = `OpenAI forbids ${count} to be shared (403)`;
  return refused.length === 1 || isSharedSince
    ? [notice(`${message}, and takes others.`, '"ckpt list --state rejected" says which and why.')]
    : [
        notice(
          `${message}, and has taken none since ${toIso(since)}.`,
          'It may be the key or a setting of the organisation: see "ckpt list --state rejected". They are tried again once a day.',
        ),
      ];
}

/** When the first of its permissions was asked for that OpenAI forbids; null where it forbids none. */
function refusedAt(record: CheckpointRecord): number | null {
  const times = permissionsOf(record).flatMap(({ state, failing, askedAt }) => {
    return state === 'rejected' && failing === 'forbidden' ? (askedAt ?? 0) : [];
  });
  return times.length === 0 ? null : Math.min(...times);
}
