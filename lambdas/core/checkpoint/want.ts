import type { CheckpointRecord, Want } from '../model/permission.ts';
import { plan } from '../plan/plan.ts';
import { applyActions } from './apply.ts';
import { permissionsOf } from './record.ts';

/**
 * Carries what the policy's rules want of a checkpoint into its record. Wishes that come from elsewhere (pinned,
 * adopted, an operator's) stand beside them and are kept. Returns the very same record when nothing changes.
 */
export function wantByRules(record: CheckpointRecord, wants: readonly Want[], now: number): CheckpointRecord {
  const others = permissionsOf(record).flatMap(({ want }) => (want === null || want.origin === 'policy' ? [] : [want]));
  const wanted = new Map([...wants, ...others].map((want) => [want.projectId, want]));
  const actions = plan({ wanted, recorded: record.permissions, actual: 'unknown', prune: false });
  return actions.length === 0 ? record : applyActions(record, actions, now);
}
