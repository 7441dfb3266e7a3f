import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { idsOf } from '../../core/checkpoint/record.ts';
import { checkpointEvent } from '../../core/events/checkpoint-event.ts';
import type { Author } from '../../core/events/event.ts';
import type { JobRecord } from '../../core/model/job.ts';
import type { ModelRecord } from '../../core/model/openai-model.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { SweepRecord } from '../../core/model/sweep.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { createDocuments } from './documents.ts';
import { dueAttributes, lookAttributes, queryDue, queryLooks } from './due-index.ts';
import { createEvents } from './events.ts';
import { createLeases } from './leases.ts';
import { createPermissionIds, newPermissionIds } from './permission-ids.ts';
import { createRefusedProjects } from './refused-projects.ts';
import { createSources } from './sources.ts';
import { tableOf } from './table.ts';

/** The ledger on one DynamoDB table. What is done through it is done in the author's name, by this function's clock. */
export function createDynamoLedger(
  client: DynamoDBClient,
  tableName: string,
  author: Author & { readonly now: Clock },
): Ledger {
  const table = tableOf(client, tableName);
  const documents = createDocuments(table);
  const permissionIds = createPermissionIds(table);

  return {
    getCheckpoint: (checkpoint) => documents.get<CheckpointRecord>(PARTITION.checkpoint, checkpoint),
    async saveCheckpoint(record, before) {
      // First where to find the ids, then the record that has them: a crash between the two leaves a pointer to a
      // record that does not know the id, which is no answer, and never an id that cannot be found.
      await permissionIds.point(record.checkpoint, newPermissionIds(record, before));
      const event = checkpointEvent(record, before, author, author.now());
      const { checkpoint } = record;
      return documents.put(PARTITION.checkpoint, checkpoint, record, before.version, dueAttributes(record), event);
    },
    listCheckpoints: (cursor) => documents.list<CheckpointRecord>(PARTITION.checkpoint, cursor),
    async findPermission(permissionId) {
      const pointer = await permissionIds.find(permissionId);
      if (pointer === undefined) return undefined;
      const record = await documents.get<CheckpointRecord>(PARTITION.checkpoint, pointer.checkpoint);
      const permission = record?.permissions[pointer.projectId];
      return permission !== undefined && idsOf(permission).includes(permissionId) ? pointer : undefined;
    },
    traceOf: async (permissionId) => (await permissionIds.find(permissionId))?.checkpoint,
    dueCheckpoints: (lane, now, limit) => queryDue(table, lane, now, limit),

    getJob: (jobId) => documents.get<JobRecord>(PARTITION.job, jobId),
    saveJob: (record, event) =>
      documents.put(PARTITION.job, record.jobId, record, record.version, lookAttributes(record), event),
    listJobs: (cursor) => documents.list<JobRecord>(PARTITION.job, cursor),
    dueJobs: (from, to, limit) => queryLooks(table, from, to, limit),

    getSweep: (source) => documents.get<SweepRecord>(PARTITION.sweep, source),
    saveSweep: (record) => documents.put(PARTITION.sweep, record.source, record, record.version),

    listModels: (cursor) => documents.list<ModelRecord>(PARTITION.model, cursor),
    saveModel: (record, event) => documents.put(PARTITION.model, record.model, record, record.version, {}, event),

    getState: (name) => documents.get(PARTITION.state, name),
    saveState: (name, state, event) => documents.put(PARTITION.state, name, state, state.version, {}, event),

    ...createEvents(table),
    ...createSources(table),
    ...createRefusedProjects(table),
    ...createLeases(table),
  };
}
