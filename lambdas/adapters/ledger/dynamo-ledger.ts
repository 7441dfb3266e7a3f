import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isNews } from '../../core/checkpoint/news.ts';
import { idsOf } from '../../core/checkpoint/record.ts';
import { tallyChange } from '../../core/checkpoint/tally.ts';
import { checkpointEvent } from '../../core/events/checkpoint-event.ts';
import type { Author } from '../../core/events/event.ts';
import type { JobRecord } from '../../core/model/job.ts';
import type { ModelRecord } from '../../core/model/openai-model.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { SweepRecord } from '../../core/model/sweep.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { createAside } from './aside.ts';
import { changeItem, queryChanges } from './changes.ts';
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
      const { checkpoint } = record;
      const at = author.now();
      const event = checkpointEvent(record, before, author, at);
      const counts = tallyChange(record, before);
      const isUntold = event === undefined && isNews(record, before);
      const mark = isUntold
        ? changeItem({ kind: 'checkpoint', id: checkpoint, at, ...(counts && { counts }) })
        : undefined;
      const beside = { event, mark, counts };
      return documents.put(PARTITION.checkpoint, checkpoint, record, before.version, dueAttributes(record), beside);
    },
    listCheckpoints: (cursor, limit) => documents.list<CheckpointRecord>(PARTITION.checkpoint, cursor, limit),
    getCheckpoints: (checkpoints) => documents.getMany<CheckpointRecord>(PARTITION.checkpoint, checkpoints),
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
    saveJob(record, event) {
      const { jobId, version } = record;
      const mark = changeItem({ kind: 'job', id: jobId, at: author.now() });
      return documents.put(PARTITION.job, jobId, record, version, lookAttributes(record), { event, mark });
    },
    listJobs: (cursor, limit) => documents.list<JobRecord>(PARTITION.job, cursor, limit),
    getJobs: (jobIds) => documents.getMany<JobRecord>(PARTITION.job, jobIds),
    changesSince: (from, limit) => queryChanges(table, from, limit),
    dueJobs: (from, to, limit) => queryLooks(table, from, to, limit),

    ...createAside(table),

    getSweep: (source) => documents.get<SweepRecord>(PARTITION.sweep, source),
    saveSweep: (record) => documents.put(PARTITION.sweep, record.source, record, record.version),

    listModels: (cursor, limit) => documents.list<ModelRecord>(PARTITION.model, cursor, limit),
    getModel: (model) => documents.get<ModelRecord>(PARTITION.model, model),
    saveModel: (record, event) => documents.put(PARTITION.model, record.model, record, record.version, {}, { event }),

    getState: (name) => documents.get(PARTITION.state, name),
    saveState: (name, state, event) => documents.put(PARTITION.state, name, state, state.version, {}, { event }),

    ...createEvents(table),
    ...createSources(table),
    ...createRefusedProjects(table),
    ...createLeases(table),
  };
}
