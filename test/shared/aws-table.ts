import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LEDGER } from '../../lambdas/shared/contract/ledger-keys.ts';
import { itemSize, keysOf, readUnits, writeUnits } from '../bench/sweep/item-size.ts';

type Item = Readonly<Record<string, AttributeValue>>;
type Write = { readonly PutRequest?: { readonly Item: Item }; readonly DeleteRequest?: { readonly Key: Item } };
type Body = Readonly<Record<string, unknown>>;

/**
 * A table as far as the ledger's adapters ask of one, without conditions: what those are worth is shown by the ledger's own
 * tests. A request of any other form is one that nobody has prepared. `units` are what DynamoDB would have charged so far.
 */
export function createTable() {
  const items = new Map<string, Item>();
  const units = { read: 0, write: 0 };
  const put = (item: Item, inTransaction = false) => {
    units.write += writeUnits(item, items.get(idOf(item)) ?? {}, inTransaction);
    items.set(idOf(item), item);
  };
  const remove = (key: Item) => {
    units.write += writeUnits(key, items.get(idOf(key)) ?? {}, false);
    items.delete(idOf(key));
  };
  const read = (found: readonly Item[], { ConsistentRead }: Body) => {
    const bytes = found.reduce((sum, item) => sum + itemSize(item), 0);
    units.read += readUnits(bytes, ConsistentRead === true);
  };

  function answer(operation: string, body: Body): object {
    switch (operation) {
      case 'GetItem': {
        const Item = items.get(idOf(body.Key as Item));
        read(Item === undefined ? [] : [Item], body);
        return Item === undefined ? {} : { Item };
      }
      case 'PutItem':
        put(body.Item as Item);
        return {};
      case 'UpdateItem': {
        const key = body.Key as Item;
        put({ ...key, ...items.get(idOf(key)), ...assigned(body) });
        return {};
      }
      case 'DeleteItem':
        remove(body.Key as Item);
        return {};
      case 'TransactWriteItems':
        for (const { Put } of body.TransactItems as { Put: { Item: Item } }[]) put(Put.Item, true);
        return {};
      case 'BatchWriteItem':
        for (const writes of Object.values(body.RequestItems as Record<string, Write[]>)) {
          for (const { PutRequest, DeleteRequest } of writes) {
            if (PutRequest !== undefined) put(PutRequest.Item);
            if (DeleteRequest !== undefined) remove(DeleteRequest.Key);
          }
        }
        return {};
      case 'Query': {
        const holds = conditionOf(body);
        const sort = body.IndexName === undefined ? LEDGER.sortKey : LEDGER.dueOrder;
        const order = (item: Item) => item[sort]?.S ?? '';
        const found = [...items.values()].filter(holds).sort((a, b) => (order(a) < order(b) ? -1 : 1));
        if (body.ScanIndexForward === false) found.reverse();
        const Items = found.slice(0, Number(body.Limit ?? found.length));
        read(body.IndexName === undefined ? Items : Items.map(keysOf), body);
        return { Items };
      }
      default:
        throw new Error(`unprepared: DynamoDB.${operation}`);
    }
  }
  return { answer, units };
}

function idOf(item: Item): string {
  return `${item[LEDGER.partitionKey]?.S} ${item[LEDGER.sortKey]?.S}`;
}

function namesAndValues(body: Body) {
  const names = body.ExpressionAttributeNames as Readonly<Record<string, string>>;
  const values = body.ExpressionAttributeValues as Item;
  return {
    nameOf: (name = '') => names[name] ?? name,
    boundTo: (value = ''): AttributeValue => values[value] ?? { S: '' },
  };
}

/** `SET #a = :a, #b = :b` */
function assigned(body: Body): Item {
  const { nameOf, boundTo } = namesAndValues(body);
  const [verb, list] = [String(body.UpdateExpression).slice(0, 4), String(body.UpdateExpression).slice(4)];
  const parts = list.split(', ').map((part) => /^(#\w+) = (:\w+)$/.exec(part));
  if (verb !== 'SET ' || parts.includes(null)) throw new Error(`unprepared: ${String(body.UpdateExpression)}`);
  return Object.fromEntries(parts.map((part) => [nameOf(part?.[1]), boundTo(part?.[2])]));
}

/** `#a = :a AND begins_with(#b, :b)`, `#a = :a AND #b >= :b`, `#a = :a AND #b BETWEEN :b AND :c` */
function conditionOf(body: Body): (item: Item) => boolean {
  const { nameOf, boundTo } = namesAndValues(body);
  const text = (item: Item, name = '') => item[nameOf(name)]?.S ?? '';
  const bound = (value = '') => boundTo(value).S ?? '';
  const parts = String(body.KeyConditionExpression).split(/(?<!BETWEEN :\w+) AND /);
  const tests = parts.map((part) => {
    const [, same, to] = /^(#\w+) = (:\w+)$/.exec(part) ?? [];
    if (same !== undefined) return (item: Item) => text(item, same) === bound(to);
    const [, begun, prefix] = /^begins_with\((#\w+), (:\w+)\)$/.exec(part) ?? [];
    if (begun !== undefined) return (item: Item) => text(item, begun).startsWith(bound(prefix));
    const [, after, least] = /^(#\w+) >= (:\w+)$/.exec(part) ?? [];
    if (after !== undefined) return (item: Item) => text(item, after) >= bound(least);
    const [, between, low, high] = /^(#\w+) BETWEEN (:\w+) AND (:\w+)$/.exec(part) ?? [];
    if (between === undefined) throw new Error(`unprepared: ${part}`);
    return (item: Item) => text(item, between) >= bound(low) && text(item, between) <= bound(high);
  });
  return (item) => tests.every((test) => test(item));
}
