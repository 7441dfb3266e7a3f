import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { dueOf } from '../../core/checkpoint/due.ts';
import type { JobRecord } from '../../core/model/job.ts';
import type { Lane } from '../../core/model/permission.ts';
import { type CheckpointRecord, PRIORITIES, type Priority } from '../../core/model/permission.ts';
import type { DueCheckpoint } from '../../core/ports/ledger.ts';
import { LEDGER } from '../../shared/contract/ledger-keys.ts';
import type { Attributes } from './items.ts';
import type { Table } from './table.ts';

/** Milliseconds since the epoch have 13 digits until the year 2286; padded, they sort as text. */
const TIME_DIGITS = 15;

/** The attributes that put a record into the index of due work; none when there is nothing to do (it is sparse). */
export function dueAttributes(record: CheckpointRecord): Attributes {
  const due = dueOf(record);
  if (due === null) return {};
  return { [LEDGER.dueLane]: { S: due.lane }, [LEDGER.dueOrder]: { S: orderOf(due.priority, due.at) } };
}

/** The lane of jobs that are to be read again. */
const LOOK_LANE = 'look';

/** The same of a job; a forgotten one is not read again. */
export function lookAttributes({ lookAt, forgotten }: JobRecord): Attributes {
  if (lookAt === undefined || forgotten) return {};
  return { [LEDGER.dueLane]: { S: LOOK_LANE }, [LEDGER.dueOrder]: { S: timeOf(lookAt) } };
}

/** Ids of the jobs that are to be read again between two times, earliest first: one query. */
export async function queryLooks(table: Table, from: number, to: number, limit: number): Promise<readonly string[]> {
  const items = await queryOrders(table, LOOK_LANE, timeOf(from), timeOf(to), limit);
  return items.map((item) => item[LEDGER.sortKey]?.S ?? '');
}

/** What is due in a lane by now, by priority, then by time. The index is eventually consistent. */
export async function queryDue(
  table: Table,
  lane: Lane,
  now: number,
  limit: number,
): Promise<readonly DueCheckpoint[]> {
  const due: DueCheckpoint[] = [];
  for (const priority of PRIORITIES) {
    if (due.length >= limit) break;
    const [first, last] = [orderOf(priority, 0), orderOf(priority, now)];
    for (const item of await queryOrders(table, lane, first, last, limit - due.length)) {
      const at = Number(item[LEDGER.dueOrder]?.S?.split('#')[1]);
      due.push({ checkpoint: item[LEDGER.sortKey]?.S ?? '', priority, at });
    }
  }
  return due;
}

async function queryOrders(
  table: Table,
  lane: string,
  first: string,
  last: string,
  limit: number,
): Promise<readonly Attributes[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: LEDGER.dueIndex,
      KeyConditionExpression: '#lane = :lane AND #order BETWEEN :first AND :last',
      ExpressionAttributeNames: { '#lane': LEDGER.dueLane, '#order': LEDGER.dueOrder },
      ExpressionAttributeValues: { ':lane': { S: lane }, ':first': { S: first }, ':last': { S: last } },
      Limit: limit,
    }),
  );
  return Items;
}

function orderOf(priority: Priority, at: number): string {
  return `${PRIORITIES.indexOf(priority)}#${timeOf(at)}`;
}

/** As text that sorts as the times do. */
export function timeOf(at: number): string {
  return String(Math.max(0, Math.floor(at))).padStart(TIME_DIGITS, '0');
}
