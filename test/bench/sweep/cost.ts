import type { Row } from './measure.ts';

/**
 * Dollars for a million request units of an on-demand table. An assumption: us-east-1, standard table class, as listed at
 * aws.amazon.com/dynamodb/pricing/on-demand since November 2024.
 */
export const PRICES = { read: 0.125, write: 0.625 } as const;

/** With the default of one sweep every 15 minutes. */
export const SWEEPS_A_DAY = 96;
export const DAYS_A_MONTH = 30;

interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Dollars for so many units, once. */
export function costOf({ readUnits, writeUnits }: Units): number {
  return (readUnits * PRICES.read + writeUnits * PRICES.write) / 1e6;
}

/** How often a day it is done though nobody asks for it. */
const A_DAY: Readonly<Partial<Record<Row['what'], number>>> = {
  'sweep, nothing to do': SWEEPS_A_DAY,
  'full pass, nothing to do': 1,
};

/** Null for what is done when somebody wants it. */
export function monthlyCostOf(row: Units & Pick<Row, 'what'>): number | null {
  const times = A_DAY[row.what];
  return times === undefined ? null : costOf(row) * times * DAYS_A_MONTH;
}
