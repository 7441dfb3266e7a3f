import type { ConsumedCapacity, DynamoDBClient, GetItemOutput, QueryOutput } from '@aws-sdk/client-dynamodb';
import { itemSize, readUnits } from './item-size.ts';

/** What a client has asked of DynamoDB. */
export interface Metered {
  /** By the name of their operation; what the client repeats by itself counts once. */
  readonly requests: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
}

const READS: ReadonlySet<string> = new Set(['GetItem', 'Query']);

/**
 * Counts what a client asks for from now on. Writes count as the engine says. Reads are reckoned from the items that
 * come back, since the local cloud charges one unit for a page of 1 MB; that holds as long as nothing is filtered out.
 */
export function meter(client: DynamoDBClient): () => Metered {
  const requests: Record<string, number> = {};
  let read = 0;
  let written = 0;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const operation = commandName.replace(/Command$/, '');
        requests[operation] = (requests[operation] ?? 0) + 1;
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        if (READS.has(operation)) {
          const { Item, Items = [] } = result.output as GetItemOutput & QueryOutput;
          const bytes = (Item === undefined ? Items : [Item]).reduce((sum, item) => sum + itemSize(item), 0);
          read += readUnits(bytes, 'ConsistentRead' in args.input && args.input.ConsistentRead === true);
        } else {
          const { ConsumedCapacity = [] } = result.output as {
            ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
          };
          for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) written += CapacityUnits;
        }
        return result;
      },
    { step: 'initialize', name: 'meter' },
  );
  return () => ({ requests: { ...requests }, readUnits: read, writeUnits: written });
}
