import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SourceRecord } from '../../core/model/source.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { keyOf, NOT_NEWER, understood } from './items.ts';
import { conditionHeld, queryWholePartition, type Table } from './table.ts';

/** A message that is tried again tells of an older webhook. */
const NO_LATER_WEBHOOK = '(attribute_not_exists(#lastWebhookAt) OR #lastWebhookAt < :lastWebhookAt)';

export function createSources(table: Table) {
  return {
    async getSources(): Promise<readonly SourceRecord[]> {
      const items = await queryWholePartition(table, PARTITION.source);
      return items.map(understood).map((item) => ({
        alias: item[LEDGER.sortKey]?.S ?? '',
        lastWebhookAt: numberOrNull(item.lastWebhookAt?.N),
        ...(item.lastUnderPreviousAt?.N !== undefined && { lastUnderPreviousAt: Number(item.lastUnderPreviousAt.N) }),
        lastJobId: item.lastJobId?.S ?? null,
        lastJobAt: numberOrNull(item.lastJobAt?.N),
        ...(item.lastUnknownJobId?.S !== undefined && { lastUnknownJobId: item.lastUnknownJobId.S }),
        ...(item.lastUnknownJobAt?.N !== undefined && { lastUnknownJobAt: Number(item.lastUnknownJobAt.N) }),
      }));
    },

    async touchSource(alias: string, seen: Partial<Omit<SourceRecord, 'alias'>>): Promise<void> {
      const given = Object.entries(seen).filter(([, value]) => value !== undefined && value !== null);
      if (given.length === 0) return;
      const isDated = seen.lastWebhookAt != null;
      await conditionHeld(
        table.client.send(
          new UpdateItemCommand({
            TableName: table.name,
            Key: keyOf(PARTITION.source, alias),
            UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}, #schema = :schema`,
            ConditionExpression: `${NOT_NEWER.condition}${isDated ? ` AND ${NO_LATER_WEBHOOK}` : ''}`,
            ExpressionAttributeNames: {
              ...NOT_NEWER.names,
              ...Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
            },
            ExpressionAttributeValues: {
              ...NOT_NEWER.values,
              ...Object.fromEntries(
                given.map(([name, value]) => [
                  `:${name}`,
                  typeof value === 'number' ? { N: String(value) } : { S: String(value) },
                ]),
              ),
            },
          }),
        ),
      );
    },
  };
}

function numberOrNull(value: string | undefined): number | null {
  return value === undefined ? null : Number(value);
}
