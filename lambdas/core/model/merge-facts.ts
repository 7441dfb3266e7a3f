import { isDeepStrictEqual } from 'node:util';
import { type CheckpointFacts, hasEnded, type JobFacts, type JobRecord } from './job.ts';

/**
 * What is known of a job after one more look. What OpenAI has once said of an ended job stands where it now says less: it
 * keeps the checkpoints of the last epochs only, and an answer may lag behind an earlier one. So nothing stops to be wanted
 * because a look showed less.
 */
export function mergeFacts(known: JobFacts, read: JobFacts): JobFacts {
  if (!hasEnded(known.status)) return read;
  const finalModel = read.finalModel ?? known.finalModel;
  const merged = new Map(known.checkpoints.map((facts) => [facts.checkpoint, facts]));
  for (const facts of read.checkpoints) {
    merged.set(facts.checkpoint, mergeCheckpoint(merged.get(facts.checkpoint), facts));
  }
  return {
    ...read,
    status: known.status === 'succeeded' || !hasEnded(read.status) ? known.status : read.status,
    finalModel,
    metadata: { ...known.metadata, ...read.metadata },
    createdAt: known.createdAt,
    // What expires counts from it.
    finishedAt: known.finishedAt ?? read.finishedAt,
    epochs: read.epochs ?? known.epochs ?? null,
    checkpoints: [...merged.values()].map((facts) => ({ ...facts, final: facts.checkpoint === finalModel })),
  };
}

function mergeCheckpoint(known: CheckpointFacts | undefined, read: CheckpointFacts): CheckpointFacts {
  return { ...read, step: read.step ?? known?.step ?? null, metrics: { ...known?.metrics, ...read.metrics } };
}

/** Whether a row has these very facts. */
export function hasFacts(record: JobRecord, facts: JobFacts): boolean {
  return Object.entries({ odd: undefined, ...facts }).every(([name, value]) =>
    isDeepStrictEqual(record[name as keyof JobFacts], value),
  );
}
