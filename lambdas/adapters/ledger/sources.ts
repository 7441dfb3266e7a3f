import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SourceRecord } from '../../core/ports.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { keyOf, queryWholePartition, type Table } from './table.ts';

export function createSources(table: Table) {
  return {
    async getSources(): Promise<readonly SourceRecord[]> {
      const items = await queryWholePartition(table, PARTITION.source);
      return items.map((item) => ({
        alias: item[LEDGER.sortKey]?.S ?? '',
        lastWebhookAt: numberOrNull(item.lastWebhookAt?.N),
        lastJobId: item.lastJobId?.S ?? null,
        lastJobAt: numberOrNull(item.lastJobAt?.N),
      }));
    },

    async touchSource(alias: string, seen: Partial<Omit<SourceRecord, 'alias'>>): Promise<void> {
      const given = Object.entries(seen).filter(([, value]) => value !== undefined && value !== null);
      if (given.length === 0) return;
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: keyOf(PARTITION.source, alias),
          UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            given.map(([name, value]) => [
              `:${name}`,
              typeof value === 'number' ? { N: String(value) } : { S: String(value) },
            ]),
          ),
        }),
      );
    },
  };
}

function numberOrNull(value: string | undefined): number | null {
  return value === undefined ? null : Number(value);
}
