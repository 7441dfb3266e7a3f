import { describe, expect, it } from 'vitest';
import { distance, showDuration, showTime, showTimeAndAge } from '../../bin/ckpt/text/times.ts';

const NOW = '2026-11-20T12:00:00.000Z';

describe('a time for people', () => {
  it('is in UTC to the second', () => {
    expect(showTime('2026-11-20T09:05:07.123Z')).toBe('2026-11-20 09:05:07Z');
    expect(showTime(null)).toBeNull();
  });

  it('says how long ago it is', () => {
    expect(showTimeAndAge('2026-11-20T11:57:00.000Z', NOW)).toBe('2026-11-20 11:57:00Z (3 min ago)');
    expect(showTimeAndAge(null, NOW)).toBeNull();
  });

  it.each([
    ['2026-11-20T12:00:00.499Z', 'now'],
    ['2026-11-20T12:00:12.000Z', 'in 12 s'],
    ['2026-11-20T11:59:01.000Z', '59 s ago'],
    ['2026-11-20T12:01:59.000Z', 'in 1 min'],
    ['2026-11-20T13:00:00.000Z', 'in 1 h'],
    ['2026-11-19T12:00:01.000Z', '23 h ago'],
    ['2026-11-10T12:00:00.000Z', '10 d ago'],
  ])('%s is %s', (time, expected) => {
    expect(distance(time, NOW)).toBe(expected);
  });

  it.each([
    [0, '0 s'],
    [0.6, '1 s'],
    [59, '59 s'],
    [60, '1 min'],
    [90, '1 min 30 s'],
    [3_600, '1 h'],
    [11_100, '3 h 5 min'],
    [90_061, '1 d 1 h'],
  ])('%d seconds last %s', (seconds, expected) => {
    expect(showDuration(seconds)).toBe(expected);
  });
});
