import { describe, expect, it } from 'vitest';
import { ContentionError, RowRefusedError, SettingsError } from '../../lambdas/core/errors.ts';
import { unwrittenRow, unwrittenRows } from '../../lambdas/core/row-failure.ts';

const named = (name: string, message = 'because') => Object.assign(new Error(message), { name });

describe('what keeps one row from being written', () => {
  it.each([
    ['its size', new RowRefusedError('ft:a', 'it is too large'), false],
    [
      "DynamoDB's word on its size",
      named('ValidationException', 'Item size has exceeded the maximum allowed size'),
      false,
    ],
    [
      "DynamoDB's word on its key",
      named('ValidationException', 'Size of rangekey has exceeded the maximum size limit'),
      false,
    ],
    [
      'a refusal that may be for another reason',
      named('ValidationException', 'The provided expression is invalid'),
      true,
    ],
    ['many writers', new ContentionError('changed 32 times'), true],
    ['a throttled table', named('ThrottlingException'), true],
    ['a throttled partition', named('ProvisionedThroughputExceededException'), true],
    ['another transaction', named('TransactionInProgressException'), true],
  ])('%s is the trouble of that row', (_, error, passing) => {
    expect(unwrittenRow('ft:a', error)).toMatchObject({ row: 'ft:a', passing, reason: expect.any(String) });
  });

  it.each([
    named('AccessDeniedException'),
    named('ResourceNotFoundException'),
    named('TimeoutError'),
    named('InternalServerError'),
    new SettingsError('no table'),
    new TypeError('undefined is not a function'),
    'no error at all',
  ])('%s is not', (error) => {
    expect(unwrittenRow('ft:a', error)).toBeUndefined();
  });
});

it('of many rows all are counted, each once, and some are named, in few bytes', () => {
  const rows = Array.from({ length: 3_000 }, (_, index) => {
    return { row: `ft:${index % 1_000}${'x'.repeat(600)}`, reason: '规'.repeat(500), passing: false };
  });
  const told = unwrittenRows(rows);
  expect(told.count).toBe(1_000);
  expect(told.rows).toHaveLength(20);
  expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(20_000);
});
