import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RefusedProject } from '../../core/model/permission.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { keyOf, NOT_NEWER, STAMP, understood } from './items.ts';
import { conditionHeld, queryWholePartition, type Table } from './table.ts';

export function createRefusedProjects(table: Table) {
  return {
    async refusedProjects(): Promise<readonly RefusedProject[]> {
      const items = await queryWholePartition(table, PARTITION.refusedProject);
      return items.map(understood).map((item) => ({
        projectId: item[LEDGER.sortKey]?.S ?? '',
        reason: item.reason?.S ?? '',
        retryAt: Number(item.retryAt?.N),
      }));
    },

    async refuseProject({ projectId, reason, retryAt }: RefusedProject): Promise<void> {
      const Item = {
        ...keyOf(PARTITION.refusedProject, projectId),
        ...STAMP,
        reason: { S: reason },
        retryAt: { N: String(retryAt) },
      };
      const write = new PutItemCommand({
        TableName: table.name,
        Item,
        ConditionExpression: NOT_NEWER.condition,
        ExpressionAttributeNames: NOT_NEWER.names,
        ExpressionAttributeValues: NOT_NEWER.values,
      });
      await conditionHeld(table.client.send(write));
    },

    async pardonProject(projectId: string): Promise<void> {
      await table.client.send(
        new DeleteItemCommand({ TableName: table.name, Key: keyOf(PARTITION.refusedProject, projectId) }),
      );
    },
  };
}
