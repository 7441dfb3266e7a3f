import type { CheckpointRecord, RefusedProject } from '../model/permission.ts';
import { permissionsOf } from './record.ts';

/**
 * The projects that are themselves to blame for a refusal: those that OpenAI named, and those refused for a checkpoint
 * that others were granted. The owning project is refused for good and for this checkpoint only, so it is no such one;
 * nor is one whose calls were lost every time, or answered with "no such checkpoint".
 */
export function projectsToBlame(record: CheckpointRecord, named: readonly string[] = []): readonly RefusedProject[] {
  const others = permissionsOf(record).some(({ state }) => state === 'active');
  return permissionsOf(record).flatMap(({ projectId, state, failing, reason, notBefore }) => {
    const refused = state === 'rejected' && failing === null && notBefore !== null;
    const blamed = refused && (others || named.includes(projectId));
    return blamed ? [{ projectId, reason: reason ?? 'refused', retryAt: notBefore }] : [];
  });
}
