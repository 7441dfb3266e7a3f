import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Page } from '../../core/ports/ledger.ts';
import { type Beside, writeTogether } from './events.ts';
import { type Attributes, decode, documentItem, keyOf } from './items.ts';
import { conditionHeld, queryPartition, type Table } from './table.ts';

/** A document that is stored under a version. */
export interface Versioned {
  readonly version: number;
}

/** So many are read side by side. */
const READERS = 16;

/** The write stands only if nobody has written since the document was read: the very version, or none at all. */
const UNCHANGED_SINCE_READ = '#version = :known';
const NOT_STORED_YET = 'attribute_not_exists(#version)';

/**
 * Versioned JSON documents. The body is one JSON attribute: it is read and written whole, and takes fewer bytes, and
 * so less capacity, than the same document in nested attributes. What DynamoDB would not take throws `RowRefusedError`.
 */
export function createDocuments(table: Table) {
  return {
    /** Reads one document, consistently. */
    async get<T extends Versioned>(partition: string, id: string): Promise<T | undefined> {
      const { Item } = await table.client.send(
        new GetItemCommand({ TableName: table.name, Key: keyOf(partition, id), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : parse<T>(Item);
    },

    /** Reads those that there are of many documents, consistently, in any order. */
    async getMany<T extends Versioned>(partition: string, ids: readonly string[]): Promise<readonly T[]> {
      const waiting = ids.values();
      const found: T[] = [];
      const read = async () => {
        for (const id of waiting) {
          const document = await this.get<T>(partition, id);
          if (document !== undefined) found.push(document);
        }
      };
      await Promise.all(Array.from({ length: Math.min(READERS, ids.length) }, read));
      return found;
    },

    /** Stores the document as version `known` + 1, with its event and its mark; false if the stored version is another by now. */
    async put<T extends Versioned>(
      partition: string,
      id: string,
      document: T,
      known: number,
      indexed: Attributes = {},
      beside: Beside = {},
    ): Promise<boolean> {
      const isNew = known === 0;
      const write = {
        TableName: table.name,
        Item: documentItem(partition, id, document, known + 1, indexed),
        ConditionExpression: isNew ? NOT_STORED_YET : UNCHANGED_SINCE_READ,
        ExpressionAttributeNames: { '#version': 'version' },
        ...(isNew ? {} : { ExpressionAttributeValues: { ':known': { N: String(known) } } }),
      };
      return beside.event === undefined && beside.mark === undefined
        ? table.pace.write(id, () => conditionHeld(table.client.send(new PutItemCommand(write))))
        : writeTogether(table, write, beside);
    },

    async list<T extends Versioned>(partition: string, after: string | null, limit?: number): Promise<Page<T>> {
      const { items, cursor } = await queryPartition(table, partition, after, limit === undefined ? {} : { limit });
      return { items: items.map((item) => parse<T>(item)), cursor };
    },
  };
}

function parse<T extends Versioned>(item: Attributes): T {
  return { ...decode(item), version: Number(item.version?.N) };
}
