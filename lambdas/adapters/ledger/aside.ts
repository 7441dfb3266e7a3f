import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Page, PutAside } from '../../core/ports/ledger.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { timeOf } from './due-index.ts';
import { decode, documentItem } from './items.ts';
import { conditionHeld, queryPartition, type Table } from './table.ts';

const KEPT_SECONDS = 3 * 24 * 60 * 60;

export function createAside(table: Table) {
  return {
    async putAside(pass: number, page: PutAside): Promise<void> {
      const id = `${prefixOf(pass)}${page.after}`;
      const expires = { [LEDGER.ttl]: { N: String(Math.ceil(pass / 1_000) + KEPT_SECONDS) } };
      const write = new PutItemCommand({
        TableName: table.name,
        Item: documentItem(PARTITION.revocation, id, { ...page, version: 0 }, 1, expires),
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': LEDGER.partitionKey },
      });
      await table.pace.write(id, () => conditionHeld(table.client.send(write)));
    },

    async listAside(pass: number, cursor: string | null, limit?: number): Promise<Page<PutAside>> {
      const prefix = prefixOf(pass);
      const page = await queryPartition(table, PARTITION.revocation, cursor, {
        consistent: true,
        prefix,
        ...(limit && { limit }),
      });
      return { items: page.items.map((item): PutAside => decode(item)), cursor: page.cursor };
    },
  };
}

function prefixOf(pass: number): string {
  return `${timeOf(pass)}#`;
}
