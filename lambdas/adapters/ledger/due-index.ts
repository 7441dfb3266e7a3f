import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { dueOf } from '../../core/checkpoint/due.ts';
import { type CheckpointRecord, PRIORITIES, type Priority } from '../../core/model/permission.ts';
import type { DueCheckpoint, Lane } from '../../core/ports.ts';
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
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: LEDGER.dueIndex,
        KeyConditionExpression: '#lane = :lane AND #order BETWEEN :first AND :now',
        ExpressionAttributeNames: { '#lane': LEDGER.dueLane, '#order': LEDGER.dueOrder },
        ExpressionAttributeValues: {
          ':lane': { S: lane },
          ':first': { S: orderOf(priority, 0) },
          ':now': { S: orderOf(priority, now) },
        },
        Limit: limit - due.length,
      }),
    );
    for (const item of Items) {
      const at = Number(item[LEDGER.dueOrder]?.S?.split('#')[1]);
      due.push({ checkpoint: item[LEDGER.sortKey]?.S ?? '', priority, at });
    }
  }
  return due;
}

function orderOf(priority: Priority, at: number): string {
  return `${PRIORITIES.indexOf(priority)}#${String(Math.max(0, at)).padStart(TIME_DIGITS, '0')}`;
}
