import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KeyRecord } from '../../core/keys/key-record.ts';
import type { KeyLedger } from '../../core/keys/ports.ts';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { createDocuments } from './documents.ts';
import { decode, keyOf } from './items.ts';
import { queryWholePartition, tableOf } from './table.ts';

/** What is known of keys, in the ledger's table. */
export function createDynamoKeyLedger(client: DynamoDBClient, tableName: string): KeyLedger {
  const table = tableOf(client, tableName);
  const documents = createDocuments(table);
  return {
    async listKeys() {
      const items = await queryWholePartition(table, PARTITION.key);
      return items.map((item): KeyRecord => ({ ...decode(item), version: Number(item.version?.N) }));
    },
    saveKey: (record) => documents.put(PARTITION.key, record.id, record, record.version),
    async deleteKey(id) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(PARTITION.key, id) }));
    },
  };
}
