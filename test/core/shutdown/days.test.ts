import { describe, expect, it } from 'vitest';
import { daysUntil, isDate, newThreshold } from '../../../lambdas/core/shutdown/days.ts';

const DATE = '2027-01-14';
const at = (time: string) => daysUntil(DATE, Date.parse(time));

describe('a date', () => {
  it.each(['2027-01-14', '2028-02-29', '1999-12-31'])('%s is one', (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each([
    '2027-02-29',
    '2027-13-01',
    '2027-00-10',
    '2027-01-32',
    '2027-1-14',
    '2027-01-14T00:00:00Z',
    ' 2027-01-14',
    '',
  ])('%j is none', (text) => {
    expect(isDate(text)).toBe(false);
  });
});

describe('the days until a date', () => {
  it('end at 00:00 UTC of that day, wherever the clock stands', () => {
    expect(at('2027-01-13T23:59:59.999Z')).toBe(1);
    expect(at('2027-01-14T00:00:00Z')).toBe(0);
    // The same moment as 00:30 of the 14th in Berlin, and as 19:00 of the 13th in New York.
    expect(at('2027-01-14T00:30:00+01:00')).toBe(1);
    expect(at('2027-01-13T19:00:00-05:00')).toBe(0);
  });

  it('count a day that has begun as whole', () => {
    expect(at('2027-01-12T00:00:00Z')).toBe(2);
    expect(at('2027-01-12T00:00:00.001Z')).toBe(2);
    expect(at('2027-01-11T23:59:59Z')).toBe(3);
  });

  it('go below 0 once the day itself is over', () => {
    expect(at('2027-01-14T23:59:59Z')).toBe(0);
    expect(at('2027-01-15T00:00:00Z')).toBe(-1);
    expect(at('2027-03-14T00:00:00Z')).toBe(-59);
  });

  it('are not thrown off by a change to summer time', () => {
    expect(daysUntil('2027-03-29', Date.parse('2027-03-27T00:00:00Z'))).toBe(2);
  });
});

describe('the threshold that is newly crossed', () => {
  it.each([
    [91, null],
    [90, 90],
    [31, 90],
    [30, 30],
    [8, 30],
    [7, 7],
    [1, 7],
    [0, 0],
    [-100, 0],
  ])('with %d days left and nothing announced: %s', (daysLeft, threshold) => {
    expect(newThreshold(daysLeft, undefined)).toBe(threshold);
  });

  it.each([
    [60, 90, null],
    [30, 90, 30],
    [5, 90, 7],
    [29, 30, null],
    [7, 30, 7],
    [0, 7, 0],
    [-1, 7, 0],
    [-1, 0, null],
    // The clock of another function was ahead.
    [31, 30, null],
  ])('with %d days left and %d announced: %s', (daysLeft, announced, threshold) => {
    expect(newThreshold(daysLeft, announced)).toBe(threshold);
  });
});
