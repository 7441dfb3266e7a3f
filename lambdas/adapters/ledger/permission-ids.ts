import { GetItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { idsOf, permissionsOf } from '../../core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { keyOf, STAMP, understood } from './items.ts';
import { type Table, writeBatches } from './table.ts';

interface Pointer {
  readonly checkpoint: string;
  readonly projectId: string;
}

/** Where a permission id was recorded. Pointers only: whether the record still has the id, the record says. */
export function createPermissionIds(table: Table) {
  return {
    async find(permissionId: string): Promise<Pointer | undefined> {
      const { Item } = await table.client.send(
        new GetItemCommand({
          TableName: table.name,
          Key: keyOf(PARTITION.permissionId, permissionId),
          ConsistentRead: true,
        }),
      );
      const { checkpoint: { S: checkpoint } = {}, projectId: { S: projectId } = {} } = understood(Item ?? {});
      return checkpoint === undefined || projectId === undefined ? undefined : { checkpoint, projectId };
    },

    /** Writing the same pointer again changes nothing. */
    async point(
      checkpoint: string,
      ids: readonly { readonly permissionId: string; readonly projectId: string }[],
    ): Promise<void> {
      const requests = ids.map(
        ({ permissionId, projectId }): WriteRequest => ({
          PutRequest: {
            Item: {
              ...keyOf(PARTITION.permissionId, permissionId),
              ...STAMP,
              checkpoint: { S: checkpoint },
              projectId: { S: projectId },
            },
          },
        }),
      );
      await writeBatches(table, `the permission ids of ${checkpoint}`, requests);
    },
  };
}

/** Every permission id that a record has and an earlier one had not, each once, with the project it is for. */
export function newPermissionIds(
  record: CheckpointRecord,
  before: CheckpointRecord,
): readonly { readonly permissionId: string; readonly projectId: string }[] {
  const known = new Set(permissionsOf(before).flatMap(idsOf));
  return permissionsOf(record).flatMap((permission) =>
    idsOf(permission).flatMap((permissionId) => {
      if (known.has(permissionId)) return [];
      known.add(permissionId);
      return [{ permissionId, projectId: permission.projectId }];
    }),
  );
}
