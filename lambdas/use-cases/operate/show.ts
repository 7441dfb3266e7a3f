import { holdOf } from '../../core/checkpoint/hold.ts';
import { idsOf, newCheckpoint } from '../../core/checkpoint/record.ts';
import { wantsOf } from '../../core/checkpoint/resolve.ts';
import { JOB_ID } from '../../core/model/ids.ts';
import type { ActualPermission, CheckpointRecord, Hold, PermissionRecord, Want } from '../../core/model/permission.ts';
import { type Pause, pausedBy } from '../../core/pause/pause.ts';
import { aliasOf, type Policy } from '../../core/policy/policy.ts';
import type { LivePermission, ShownCheckpoint, ShownHold, ShownPermission } from '../../shared/contract/operator.ts';
import { readState } from '../change.ts';
import { ANSWER_BYTES, asManyAsFit, sizeOf, toIso, toIsoOrNull } from './answer.ts';
import type { Command, CommandDeps } from './deps.ts';
import { describeEvent } from './events.ts';
import { describeJob } from './jobs.ts';
import { describeDue, listedOf } from './list.ts';
import { listLive, unreadable } from './list-live.ts';
import { expectCheckpoint, noJob } from './names.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';
import { describeWant, policyWants } from './share.ts';

/** `show`: what is known of a checkpoint, of the checkpoint of a permission, or of a job. */
export const show: Command<'show'> = async (deps, { what, live }) => {
  const { ledger } = deps;
  if (JOB_ID.test(what)) {
    const job = await ledger.getJob(what);
    if (job === undefined) throw noJob(what);
    return { kind: 'job', job: await describeJob(deps, job) };
  }
  const checkpoint = what.startsWith('cp_') ? (await ledger.findPermission(what))?.checkpoint : what;
  if (checkpoint === undefined) {
    throw new BadRequestError(
      `The ledger has no permission ${quoted(what)}.`,
      `If it is at OpenAI, "ckpt adopt ${what}" takes it over.`,
    );
  }
  expectCheckpoint(checkpoint);
  const known = await ledger.getCheckpoint(checkpoint);
  if (known === undefined && !live) {
    throw new BadRequestError(
      `The ledger has no checkpoint ${quoted(checkpoint)}.`,
      'With --live OpenAI is asked what it has; "ckpt list" shows what is tracked.',
    );
  }
  return { kind: 'checkpoint', checkpoint: await showCheckpoint(deps, checkpoint, live, known) };
};

const HISTORY = 20;

/** Everything that is known of one checkpoint; with `live`, OpenAI is asked what it has. Nothing is written. */
export async function showCheckpoint(
  deps: CommandDeps,
  checkpoint: string,
  live: boolean,
  known: CheckpointRecord | undefined,
): Promise<ShownCheckpoint> {
  const { ledger, policy } = deps;
  const record = known ?? newCheckpoint(checkpoint, { source: null, jobId: null });
  const [pause, byPolicy, history] = await Promise.all([
    readState(ledger, 'pause'),
    policyWants(deps, checkpoint, record.jobId),
    ledger.listEvents({ checkpoint, cursor: null, limit: HISTORY }),
  ]);
  const listed = live ? await listLive(deps, checkpoint) : null;
  if (listed !== null && listed.odd.length > 0) throw unreadable(listed.odd);
  const wants = [...new Map([...byPolicy, ...othersWishes(record)]).values()].filter(isNotHeld(record));
  const shown = {
    checkpoint,
    jobId: record.jobId,
    source: record.source,
    tracked: known !== undefined,
    gone: listed === null ? record.gone : listed.gone,
    listedAt: toIsoOrNull(record.listedAt),
    due: describeDue(record),
    wanted: wants.map((want) => describeWant(policy, want)),
    permissions: shownPermissions(record, policy, pause),
    holds: Object.entries(record.holds ?? {}).map(([projectId, hold]) => {
      return { projectId, project: aliasOf(policy, projectId), ...describeHold(hold) };
    }),
    live: listed?.permissions.map((permission) => describeLive(record, permission, policy)) ?? null,
  };
  return { ...shown, history: asManyAsFit(history.items.map(describeEvent), ANSWER_BYTES - sizeOf(shown)) };
}

/** A wish stands for nothing where a person has said that the project is not to have it. */
function isNotHeld(record: CheckpointRecord) {
  return ({ projectId }: Want) => {
    const kind = holdOf(record, projectId)?.kind;
    return kind !== 'forgotten' && kind !== 'withheld';
  };
}

/** What the policy has nothing to do with; its own wishes may have changed since they were recorded. */
function othersWishes(record: CheckpointRecord) {
  return [...wantsOf(record)].filter(([, { origin }]) => origin === 'adopted' || origin === 'operator');
}

function shownPermissions(record: CheckpointRecord, policy: Policy, pause: Pause): readonly ShownPermission[] {
  return listedOf(record, policy).map((listed) => {
    const hold = holdOf(record, listed.projectId);
    const permission = record.permissions[listed.projectId];
    return {
      ...listed,
      hold: hold === undefined ? null : describeHold(hold),
      paused: permission?.parked ? (pausedBy(pause, record, permission) ?? 'about to go on') : null,
      dueAt: permission?.parked ? null : toIsoOrNull(dueAtOf(permission)),
    };
  });
}

function describeHold({ kind, at, by }: Hold): ShownHold {
  return { kind, at: toIso(at), by };
}

function dueAtOf(permission: PermissionRecord | undefined): number | null {
  return permission?.notBefore ?? null;
}

function describeLive(record: CheckpointRecord, actual: ActualPermission, policy: Policy): LivePermission {
  const { projectId, permissionId, createdAt } = actual;
  const known = record.permissions[projectId];
  const ids = known === undefined || known.state === 'foreign' ? [] : idsOf(known);
  return {
    projectId,
    project: aliasOf(policy, projectId),
    permissionId,
    createdAt: toIso(createdAt),
    ledger: ids.includes(permissionId) ? 'tracked' : ids.length > 0 ? 'other-id' : 'untracked',
  };
}
