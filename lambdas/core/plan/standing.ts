import { holdOf } from '../checkpoint/hold.ts';
import type { CheckpointRecord, RefusedProject, Want } from '../model/permission.ts';
import { type Pause, pausedBy } from '../pause/pause.ts';
import type { Action } from './plan.ts';

/**
 * How far it is with one project's permission that the policy wants.
 *
 * - `has-it` it is granted
 * - `to-share` the next reconcile asks for it
 * - `to-adopt` it is at OpenAI already, and becomes ours with the next reconcile
 * - `due` it is in the ledger, and waits for its turn
 * - `in-flight` a call for it is on its way, or its answer never came: a LIST has to tell
 * - `paused` its rule, its source or everything is paused
 * - `refused` OpenAI refuses it, or the project; it is tried again later
 * - `drifted` it is gone at OpenAI, and left so
 * - `ignored`, `forgotten`, `withheld` a person has said so
 * - `gone` OpenAI has the checkpoint no more
 */
export const STANDINGS = [
  'has-it',
  'to-share',
  'to-adopt',
  'due',
  'in-flight',
  'paused',
  'refused',
  'drifted',
  'ignored',
  'forgotten',
  'withheld',
  'gone',
] as const;

export interface Standing {
  readonly standing: (typeof STANDINGS)[number];
  /** For a person to read; null where there is no more to say. */
  readonly reason: string | null;
  /** When it is tried again by itself; ms since the epoch, null where it is not, or at once. */
  readonly until: number | null;
}

export interface StandingInput {
  readonly record: CheckpointRecord;
  readonly want: Want;
  /** What the plan does about it; undefined = nothing. */
  readonly action: Action | undefined;
  readonly pause: Pause;
  readonly refused: RefusedProject | undefined;
  readonly now: number;
}

/** Why a project that is to have a checkpoint has it, or does not have it yet. Pure. */
export function standingOf(input: StandingInput): Standing {
  const { record, want, action } = input;
  const { projectId } = want;
  if (record.gone !== null) return stands('gone', record.gone);
  const hold = holdOf(record, projectId);
  if (hold !== undefined) return stands(hold.kind, `said by ${hold.by ?? 'a person'}`);
  const row = record.permissions[projectId];
  if (row?.state === 'unknown' || record.inFlight?.projectIds.includes(projectId)) {
    return stands('in-flight', row?.reason ?? null);
  }
  if (action?.kind === 'adopt') return stands('to-adopt', action.reason);
  if (action?.kind === 'create') return waiting(input, 'to-share', action.reason);
  switch (row?.state) {
    case 'active':
    case 'orphaned':
      // Why it was left is no news of what is wanted again.
      return stands('has-it', action?.reason ?? (row.state === 'active' ? row.reason : null));
    case 'drifted':
      return stands('drifted', row.reason);
    case 'rejected':
      return stands('refused', row.reason, row.notBefore);
    case 'revoking':
      return stands('in-flight', 'it is being revoked, and wanted again');
    default:
      return waiting(input, 'due', row?.reason ?? null);
  }
}

/** Nothing is asked for that is paused, nor for a project that OpenAI refuses. */
function waiting(
  { record, want, pause, refused, now }: StandingInput,
  standing: Standing['standing'],
  reason: string | null,
): Standing {
  const paused = pause.all === null ? pausedBy(pause, record, { want }) : 'everything';
  if (paused !== null) return stands('paused', `paused: ${paused}`);
  if (refused !== undefined && refused.retryAt > now) return stands('refused', refused.reason, refused.retryAt);
  return stands(standing, reason);
}

function stands(standing: Standing['standing'], reason: string | null, until: number | null = null): Standing {
  return { standing, reason, until };
}
