import type { CheckpointRecord } from '../model/permission.ts';

/** The most project ids in one POST. OpenAI documents no number; a refusal of the number is met by halving. */
export const MAX_TARGETS_PER_POST = 100;

type Batches = CheckpointRecord['batches'];

/** The targets of the next POST: the first batch of which anything is due, else all, up to the most that one takes. */
export function nextBatch(batches: Batches, due: readonly string[]): readonly string[] {
  for (const batch of batches) {
    const projectIds = batch.filter((projectId) => due.includes(projectId));
    if (projectIds.length > 0) return projectIds;
  }
  return due.slice(0, MAX_TARGETS_PER_POST);
}

/** The refusal named nobody: each half is tried alone, before anything else, until the bad one is alone. */
export function splitBatch(batches: Batches, refused: readonly string[]): Batches {
  const middle = Math.ceil(refused.length / 2);
  const halves = [refused.slice(0, middle), refused.slice(middle)];
  const others = batches.map((batch) => batch.filter((projectId) => !refused.includes(projectId)));
  return [...halves, ...others].filter((batch) => batch.length > 0);
}

/**
 * Forgets the batches of which nobody is still to be asked for. One that is still waiting is kept whatever comes in
 * between (a 429, a lost answer): what the halving has taught cost calls.
 */
export function openBatches({ batches, permissions }: CheckpointRecord): Batches {
  const isOpen = (projectId: string) => ['pending', 'unknown'].includes(permissions[projectId]?.state ?? '');
  return batches.filter((batch) => batch.some(isOpen));
}
