import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RefusedProject } from '../../core/model/permission.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { keyOf } from './items.ts';
import { queryWholePartition, type Table } from './table.ts';

export function createRefusedProjects(table: Table) {
  return {
    async refusedProjects(): Promise<readonly RefusedProject[]> {
      const items = await queryWholePartition(table, PARTITION.refusedProject);
      return items.map((item) => ({
        projectId: item[LEDGER.sortKey]?.S ?? '',
        reason: item.reason?.S ?? '',
        retryAt: Number(item.retryAt?.N),
      }));
    },

    async refuseProject({ projectId, reason, retryAt }: RefusedProject): Promise<void> {
      const Item = {
        ...keyOf(PARTITION.refusedProject, projectId),
        reason: { S: reason },
        retryAt: { N: String(retryAt) },
      };
      await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
    },

    async pardonProject(projectId: string): Promise<void> {
      await table.client.send(
        new DeleteItemCommand({ TableName: table.name, Key: keyOf(PARTITION.refusedProject, projectId) }),
      );
    },
  };
}
