import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ConnectedIdentities } from '../../core/identity/ports.ts';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { createDocuments } from './documents.ts';
import { keyOf } from './items.ts';
import { tableOf } from './table.ts';

/** What is known of the sources without a stored key, in the ledger's table. */
export function createDynamoIdentities(client: DynamoDBClient, tableName: string): ConnectedIdentities {
  const documents = createDocuments(tableOf(client, tableName));
  return {
    get: (source) => documents.get(PARTITION.identity, source),
    save: (identity) => documents.put(PARTITION.identity, identity.source, identity, identity.version),
    async delete(source) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(PARTITION.identity, source) }));
    },
  };
}
