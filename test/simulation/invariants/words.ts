import { holdOf } from '../../../lambdas/core/checkpoint/hold.ts';
import { idsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord, Hold } from '../../../lambdas/core/model/permission.ts';
import { pairOf } from './pair.ts';

/** What people have said of single permissions, as it is stored. */
export class Words {
  /** Ids of permissions that were tracked, and that a person has had forgotten. */
  readonly disowned = new Set<string>();
  readonly #records: ReadonlyMap<string, CheckpointRecord>;

  constructor(records: ReadonlyMap<string, CheckpointRecord>) {
    this.#records = records;
  }

  /** Takes note of a write; the pairs that it has forgotten. */
  note(before: CheckpointRecord | undefined, record: CheckpointRecord): readonly string[] {
    const projectIds = Object.keys(record.holds ?? {}).filter((projectId) => isForgotten(before, record, projectId));
    for (const projectId of projectIds) {
      const row = before?.permissions[projectId];
      for (const permissionId of row === undefined ? [] : idsOf(row)) this.disowned.add(permissionId);
    }
    return projectIds.map((projectId) => pairOf(record.checkpoint, projectId));
  }

  /** What is said just now. */
  on(checkpoint: string, projectId: string): Hold['kind'] | undefined {
    return holdOf(this.#records.get(checkpoint) ?? {}, projectId)?.kind;
  }
}

function isForgotten(before: CheckpointRecord | undefined, record: CheckpointRecord, projectId: string): boolean {
  const wasTracked = before?.permissions[projectId] !== undefined;
  const isNew = holdOf(before ?? {}, projectId)?.kind !== 'forgotten';
  return holdOf(record, projectId)?.kind === 'forgotten' && (wasTracked || isNew);
}
