import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { keyOf, NOT_NEWER } from './items.ts';
import { conditionHeld, type Table } from './table.ts';

const LEASE_IS_MINE = '#owner = :owner';
const LEASE_IS_FREE_OR_MINE = `(attribute_not_exists(#owner) OR #expiresAt <= :now OR ${LEASE_IS_MINE})`;

export function createLeases(table: Table) {
  return {
    acquireLease: (name: string, owner: string, now: number, ttlMs: number): Promise<boolean> =>
      conditionHeld(
        table.client.send(
          new UpdateItemCommand({
            TableName: table.name,
            Key: keyOf(PARTITION.lease, name),
            UpdateExpression: 'SET #owner = :owner, #expiresAt = :expiresAt, #schema = :schema',
            ConditionExpression: `${LEASE_IS_FREE_OR_MINE} AND ${NOT_NEWER.condition}`,
            ExpressionAttributeNames: { '#owner': 'owner', '#expiresAt': 'expiresAt', ...NOT_NEWER.names },
            ExpressionAttributeValues: {
              ':owner': { S: owner },
              ':now': { N: String(now) },
              ':expiresAt': { N: String(now + ttlMs) },
              ...NOT_NEWER.values,
            },
          }),
        ),
      ),

    async releaseLease(name: string, owner: string): Promise<void> {
      await conditionHeld(
        table.client.send(
          new DeleteItemCommand({
            TableName: table.name,
            Key: keyOf(PARTITION.lease, name),
            ConditionExpression: LEASE_IS_MINE,
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: { ':owner': { S: owner } },
          }),
        ),
      );
    },
  };
}
