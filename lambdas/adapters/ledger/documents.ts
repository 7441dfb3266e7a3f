import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { LedgerEvent } from '../../core/events/event.ts';
import type { Page } from '../../core/ports/ledger.ts';
import { writeWithEvent } from './events.ts';
import { type Attributes, decode, documentItem, keyOf } from './items.ts';
import { conditionHeld, queryPartition, type Table } from './table.ts';

/** A document that is stored under a version. */
export interface Versioned {
  readonly version: number;
}

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

    /** Stores the document as version `known` + 1, with its event; false if the stored version is another by now. */
    async put<T extends Versioned>(
      partition: string,
      id: string,
      document: T,
      known: number,
      indexed: Attributes = {},
      event?: LedgerEvent,
    ): Promise<boolean> {
      const isNew = known === 0;
      const write = {
        TableName: table.name,
        Item: documentItem(partition, id, document, known + 1, indexed),
        ConditionExpression: isNew ? NOT_STORED_YET : UNCHANGED_SINCE_READ,
        ExpressionAttributeNames: { '#version': 'version' },
        ...(isNew ? {} : { ExpressionAttributeValues: { ':known': { N: String(known) } } }),
      };
      return event === undefined
        ? table.pace.write(id, () => conditionHeld(table.client.send(new PutItemCommand(write))))
        : writeWithEvent(table, write, event);
    },

    async list<T extends Versioned>(partition: string, after: string | null): Promise<Page<T>> {
      const { items, cursor } = await queryPartition(table, partition, after);
      return { items: items.map((item) => parse<T>(item)), cursor };
    },
  };
}

function parse<T extends Versioned>(item: Attributes): T {
  return { ...decode(item), version: Number(item.version?.N) };
}
