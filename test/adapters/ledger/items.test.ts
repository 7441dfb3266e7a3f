import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decode, documentItem, eventItems } from '../../../lambdas/adapters/ledger/items.ts';
import { checkpointEvent } from '../../../lambdas/core/events/checkpoint-event.ts';
import { aCheckpoint, aPermission, MODEL, T0 } from '../../builders/checkpoints.ts';

const AUTHOR = { actor: 'test', plan: null };

/** A record of so many targets, with a text each that no compression makes shorter than this. */
function aRecord(targets: number, textBytes = 0) {
  const permissions = Array.from({ length: targets }, (_, index) => {
    return aPermission(`proj_${index}`, 'rejected', { reason: randomBytes(textBytes).toString('latin1') });
  });
  return aCheckpoint(...permissions);
}

const itemOf = (record: ReturnType<typeof aRecord>) => documentItem('CHECKPOINT', record.checkpoint, record, 1, {});

describe('the body of an item', () => {
  it('that is small is JSON, as a person can read it', () => {
    const record = aRecord(10);
    const { version: _, ...body } = record;
    expect(itemOf(record).body).toEqual({ S: JSON.stringify(body) });
    expect(decode(itemOf(record))).toEqual(body);
  });

  it('that is large is compressed to a tenth and less, and read as it was', () => {
    const record = aRecord(300);
    const { version: _, ...body } = record;
    const { body: stored } = itemOf(record);
    expect(stored?.B?.byteLength).toBeLessThan(JSON.stringify(body).length / 10);
    expect(decode(itemOf(record))).toEqual(body);
  });

  it('of an event is kept in the same way, by time, by checkpoint and until it is published', () => {
    const record = aRecord(300);
    const event = checkpointEvent(record, aCheckpoint(), AUTHOR, T0);
    if (event === undefined) throw new Error('there is something to tell');
    const items = eventItems(event);
    expect(items.map(({ body }) => body?.B !== undefined)).toEqual([true, true, true]);
    expect(items.map(decode)).toEqual([event, event, event]);
  });
});

describe('what DynamoDB would not take', () => {
  it('is an item of more than 400 KB, as it would be stored', () => {
    expect(itemOf(aRecord(500, 400)).body?.B?.byteLength).toBeGreaterThan(200_000);
    expect(() => itemOf(aRecord(1_500, 400))).toThrow(
      new RegExp(`^${MODEL} cannot be written: it would have \\d{6} bytes, and DynamoDB takes 409600$`),
    );
  });

  it('is a key of more than 1,024 bytes, of whatever letters', () => {
    expect(() => documentItem('MODEL', 'm'.repeat(1_024), { version: 0 }, 1, {})).not.toThrow();
    for (const id of ['m'.repeat(1_025), '模'.repeat(342)]) {
      expect(() => documentItem('MODEL', id, { version: 0 }, 1, {})).toThrow(/its key would have 102[56] bytes/);
    }
  });

  it('is an event whose history has too long a name twice', () => {
    const before = { ...aCheckpoint(), checkpoint: `ft:${'b'.repeat(490)}` };
    const event = (checkpoint: string) =>
      checkpointEvent({ ...aRecord(1), checkpoint }, { ...before, checkpoint }, AUTHOR, T0);
    const [fits, tooLong] = [event(`ft:${'b'.repeat(490)}`), event(`ft:${'b'.repeat(500)}`)];
    if (fits === undefined || tooLong === undefined) throw new Error('there is something to tell');
    expect(eventItems(fits)).toHaveLength(3);
    expect(() => eventItems(tooLong)).toThrow(/its key would have \d+ bytes, and DynamoDB takes 1024/);
  });
});
