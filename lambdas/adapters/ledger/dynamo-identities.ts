import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ConnectedIdentities, ConnectedIdentity } from '../../core/identity/ports.ts';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { createDocuments } from './documents.ts';
import { decode, keyOf } from './items.ts';
import { queryWholePartition, tableOf } from './table.ts';

/** What is known of the sources without a stored key, in the ledger's table. */
export function createDynamoIdentities(client: DynamoDBClient, tableName: string): ConnectedIdentities {
  const table = tableOf(client, tableName);
  const documents = createDocuments(table);
  return {
    get: (source) => documents.get(PARTITION.identity, source),
    async list() {
      const items = await queryWholePartition(table, PARTITION.identity);
      return items.map((item): ConnectedIdentity => ({ ...decode(item), version: Number(item.version?.N) }));
    },
    save: (identity) => documents.put(PARTITION.identity, identity.source, identity, identity.version),
    async delete(source) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(PARTITION.identity, source) }));
    },
  };
}
