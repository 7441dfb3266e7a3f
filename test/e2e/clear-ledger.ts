import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { LEDGER } from '../../lambdas/shared/contract/ledger-keys.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';

/** The most that one request deletes. */
const BATCH = 25;

/**
 * Empties the ledger. The test files share one stack, and what one of them leaves is work for the system in the next:
 * checkpoints of an OpenAI that is gone, which it asks for again and again, and endpoints that rest after a dead key.
 */
export async function clearLedger(cloud: LocalCloud, table: string): Promise<void> {
  const client = new DynamoDBClient(cloud.client);
  try {
    for (;;) {
      const names = { '#pk': LEDGER.partitionKey, '#sk': LEDGER.sortKey };
      const { Items = [] } = await client.send(
        new ScanCommand({ TableName: table, ProjectionExpression: '#pk, #sk', ExpressionAttributeNames: names }),
      );
      if (Items.length === 0) return;
      for (let first = 0; first < Items.length; first += BATCH) {
        const requests = Items.slice(first, first + BATCH).map((Key) => ({ DeleteRequest: { Key } }));
        await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
      }
    }
  } finally {
    client.destroy();
  }
}
