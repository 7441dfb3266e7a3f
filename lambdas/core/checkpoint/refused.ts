import type { CheckpointRecord, RefusedProject } from '../model/permission.ts';
import { permissionsOf } from './record.ts';

/**
 * The projects that are themselves to blame for a refusal: those that OpenAI named, and those refused for a checkpoint
 * that others were granted. The owning project is refused for good and for this checkpoint only, so it is no such one.
 */
export function projectsToBlame(record: CheckpointRecord, named: readonly string[] = []): readonly RefusedProject[] {
  const others = permissionsOf(record).some(({ state }) => state === 'active');
  return permissionsOf(record).flatMap(({ projectId, state, reason, notBefore }) => {
    const refused = state === 'rejected' && notBefore !== null && (others || named.includes(projectId));
    return refused ? [{ projectId, reason: reason ?? 'refused', retryAt: notBefore }] : [];
  });
}
