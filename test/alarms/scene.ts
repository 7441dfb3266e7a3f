import { toldIn } from '../metrics/told.ts';
import type { Point } from './alarm-state.ts';

/** How one alarm comes about and is mended. */
export interface AlarmScene {
  /** What has come to pass in the world. */
  cause(): Promise<unknown>;
  /** What runs, or is delivered, within one period of the alarm, and what is measured meanwhile. */
  period(): Promise<readonly Point[]>;
  /** Parts of the article's "How to mend", which `mend` does. */
  readonly article: readonly string[];
  mend(): Promise<unknown>;
  /** Puts back what is no part of mending it. */
  close?(): Promise<unknown>;
}

type Lines = Parameters<typeof toldIn>[0];

/** What CloudWatch makes of a use-case's log. */
export function pointsIn(lines: Lines): readonly Point[] {
  return pointsOf(toldIn(lines));
}

/** Of metrics as `Name{Dimension=value,…} value`. */
export function pointsOf(told: readonly string[]): readonly Point[] {
  return told.map((text) => {
    const [, name = '', by = '', value = ''] = /^(\w+)(?:\{(.*)\})? ([\d.e+-]+)$/.exec(text) ?? [];
    const dimensions = Object.fromEntries(by === '' ? [] : by.split(',').map((pair) => pair.split('=')));
    return { namespace: STACK, name, dimensions, value: Number(value) };
  });
}

export const STACK = 'CheckpointSharing';

/** What runs in the scene; what it throws is its own affair. */
export async function tried(work: () => Promise<unknown>): Promise<Error | null> {
  return work().then(
    () => null,
    (error: Error) => error,
  );
}
