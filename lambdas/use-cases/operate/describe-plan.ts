import { laneOf } from '../../core/checkpoint/due.ts';
import { isFlapping } from '../../core/checkpoint/flapping.ts';
import { permissionsOf } from '../../core/checkpoint/record.ts';
import { isUnderWay } from '../../core/checkpoint/under-way.ts';
import type { CheckpointRecord, PermissionRecord, PermissionState } from '../../core/model/permission.ts';
import { CHANGES, type Change } from '../../core/plan/change.ts';
import type { Word } from '../../core/plan/confirmation.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import type { Action } from '../../core/plan/plan.ts';
import { aliasOf, type Policy } from '../../core/policy/policy.ts';
import type { LeftAsItIs, Plan, PlannedChange, PlannedCheckpoint } from '../../shared/contract/plan.ts';
import { asManyAsFit, toIso } from './answer.ts';

/** A plan as a person reads it, with what is under way already beside it; of the changes, what so many bytes hold. */
export function describePlan(
  plan: LedgerPlan,
  records: readonly CheckpointRecord[],
  policy: Policy,
  now: number,
  bytes: number,
): Pick<Plan, 'checkpoints' | 'leftOut' | 'counts' | 'underWay' | 'guard' | 'left'> {
  const actionsOf = new Map(plan.changes.map(({ record, actions }) => [record.checkpoint, actions]));
  const known = new Map(
    [...plan.changes.map(({ record }) => record), ...records].map((each) => [each.checkpoint, each]),
  );
  const all = [...known.values()]
    .sort((a, b) => (a.checkpoint < b.checkpoint ? -1 : 1))
    .map((record) => describeCheckpoint(record, actionsOf.get(record.checkpoint) ?? [], policy, now))
    .filter(({ changes }) => changes.length > 0);
  const changes = all.flatMap((checkpoint) => checkpoint.changes);
  const checkpoints = asManyAsFit(all, bytes);
  const shown = checkpoints.reduce((sum, checkpoint) => sum + checkpoint.changes.length, 0);
  const count = (change: Change) => changes.filter((each) => each.change === change).length;
  return {
    checkpoints,
    leftOut: changes.length - shown,
    counts: Object.fromEntries(CHANGES.map((change) => [change, count(change)])) as Record<Change, number>,
    underWay: changes.filter(({ underWay }) => underWay).length,
    guard: {
      id: plan.id,
      revocations: plan.revocations.length,
      tracked: plan.tracked,
      letGoLately: plan.letGoLately,
      state: plan.revoking,
      voided: plan.revoking === 'waiting' ? explainWord(plan.word) : null,
    },
    left: countLeft(records, actionsOf, now),
  };
}

function describeCheckpoint(
  record: CheckpointRecord,
  actions: readonly Action[],
  policy: Policy,
  now: number,
): PlannedCheckpoint {
  const { checkpoint, jobId, source } = record;
  const describe = (projectId: string, change: Change, reason: string, underWay: boolean): PlannedChange => {
    const permissionId = record.permissions[projectId]?.permissionId ?? null;
    return { change, projectId, project: aliasOf(policy, projectId), permissionId, reason, underWay };
  };
  const planned = new Set(actions.map(({ projectId }) => projectId));
  const underWay = permissionsOf(record)
    .filter((permission) => !planned.has(permission.projectId) && isUnderWay(permission, now))
    .map((permission) => describe(permission.projectId, changeUnderWay(permission), permission.reason ?? '', true));
  const changes = actions.map(({ projectId, kind, reason }) => describe(projectId, CHANGE_OF[kind], reason, false));
  const byProject = (a: PlannedChange, b: PlannedChange) => (a.projectId < b.projectId ? -1 : 1);
  return { checkpoint, jobId, source, changes: [...changes, ...underWay].sort(byProject) };
}

const CHANGE_OF: Readonly<Record<Action['kind'], Change>> = {
  create: 'share',
  adopt: 'adopt',
  rerecord: 'change',
  rewant: 'change',
  unwant: 'change',
  'report-drift': 'report',
  revoke: 'revoke',
  orphan: 'orphan',
  close: 'close',
  'report-foreign': 'report',
};

function changeUnderWay(permission: PermissionRecord): Change {
  const lane = laneOf(permission);
  if (lane === 'list') return 'look-up';
  return lane === 'delete' ? 'revoke' : 'share';
}

function countLeft(
  records: readonly CheckpointRecord[],
  actionsOf: ReadonlyMap<string, readonly Action[]>,
  now: number,
): LeftAsItIs {
  const permissions = records.flatMap((record) => {
    const planned = new Set(actionsOf.get(record.checkpoint)?.map(({ projectId }) => projectId));
    return permissionsOf(record).filter((each) => !planned.has(each.projectId) && !isUnderWay(each, now));
  });
  const count = (state: PermissionState) => permissions.filter((permission) => permission.state === state).length;
  return {
    drifted: count('drifted'),
    flapping: permissions.filter(isFlapping).length,
    rejected: permissions.filter(({ state, parked }) => state === 'rejected' && !parked).length,
    paused: permissions.filter(({ parked }) => parked).length,
  };
}

/** Why a word that was given before does not let the plan through, a sentence; null where none was given. */
export function explainWord(word: Word): string | null {
  switch (word.kind) {
    case 'void': {
      const { id, at, why } = word;
      return `What was confirmed as ${id} ${VOID[why]} (${toIso(at)}).`;
    }
    case 'beyond':
      return word.by === null
        ? `What was confirmed as ${word.id} is another plan.`
        : `The plan has grown by ${word.by} since ${word.id} was confirmed.`;
    default:
      return null;
  }
}

const VOID = {
  'used-up': 'was carried out: a confirmation is for one plan, once',
  'policy-changed': 'was confirmed for another policy, and is void since it changed',
  expired: 'has expired: a confirmation holds for 24 hours',
} as const;
