import { permissionsOf } from '../../../core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../../core/model/permission.ts';
import { asSentence } from '../../../core/text/sentence.ts';
import type { Status } from '../../../shared/contract/operator.ts';
import { toIso } from '../answer.ts';
import { type Found, good, notice } from './check.ts';

/** Permissions that are wanted and not there, and are left so. */
export function judgePermissions({
  permissions,
  flapping,
}: Pick<Status, 'permissions' | 'flapping'>): readonly Found[] {
  const { drifted, rejected } = permissions;
  const found = [
    ...(drifted === 0
      ? []
      : [
          notice(
            `Permissions that are gone at OpenAI and left so (drifted): ${drifted}.`,
            '"ckpt list --state drifted" shows them; "ckpt repair CHECKPOINT" shares again.',
          ),
        ]),
    ...(flapping === 0
      ? []
      : [
          notice(
            `Of these, taken away again and again (flapping) and repaired no more: ${flapping}.`,
            `Find out who revokes them (the organisation's audit log tells), then "ckpt repair CHECKPOINT".`,
          ),
        ]),
    ...(rejected === 0
      ? []
      : [
          notice(
            `Permissions that OpenAI refuses (rejected): ${rejected}.`,
            '"ckpt list --state rejected" says why; they are tried again once a day.',
          ),
        ]),
  ];
  return found.length > 0 ? found : [good('No permission is drifted or rejected.')];
}

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

/** Targets that OpenAI does not take. */
export function judgeRefusedProjects({ refusedProjects }: Pick<Status, 'refusedProjects'>): readonly Found[] {
  if (refusedProjects.length === 0) return [good('OpenAI refuses no project.')];
  return refusedProjects.map(({ projectId, project, reason, retryAt }) =>
    notice(
      `OpenAI refuses ${project === null ? projectId : `${project} (${projectId})`}: ${asSentence(reason)}`,
      `Put its id right in sharing.yaml, or take it out; until then it is tried again at ${retryAt}.`,
    ),
  );
}

const SHUTDOWN_DAYS = 30;

/** Shared models that will not answer for long, or answer no more. */
export function judgeShutdowns({ shutdowns }: Pick<Status, 'shutdowns'>): readonly Found[] {
  const near = shutdowns.filter(({ daysLeft }) => daysLeft <= SHUTDOWN_DAYS);
  if (near.length === 0) return [good(`No shared model shuts down within ${SHUTDOWN_DAYS} days.`)];
  return near.map(({ baseModel, date, daysLeft, permissions, projects }) => {
    const when = daysLeft > 0 ? `shuts down on ${date}` : `was shut down on ${date}`;
    return notice(
      `${baseModel} ${when}, and with it what is shared of it (days left: ${daysLeft}, permissions: ${permissions}, projects: ${projects}).`,
      'Tell these projects, and train on another base: docs/runbook.md#shutdown-ahead.',
    );
  });
}
