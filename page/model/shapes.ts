import type { Change } from '../../lambdas/core/plan/change.ts';
import type { CellState } from './cell.ts';

/** A path in a box of 20 by 20, relative from its first command on, so that it can be put behind where the box begins. */
export interface Shape {
  readonly fill?: string;
  readonly stroke?: string;
}

export const BOX = 20;

const CIRCLE = 'm10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12z';

/** Each state by a shape of its own, so that nobody has to tell colours apart. */
export const SHAPES: Readonly<Record<CellState, Shape>> = {
  active: { fill: CIRCLE },
  pending: { stroke: 'm10 2a8 8 0 1 0 0 16a8 8 0 1 0 0-16z' },
  unknown: { stroke: CIRCLE, fill: 'm10 4a6 6 0 0 0 0 12z' },
  drifted: { fill: 'm10 3l7.5 13.5h-15z' },
  rejected: { stroke: 'm5 5l10 10m0-10l-10 10' },
  orphaned: { stroke: 'm10 3l7 7l-7 7l-7-7z' },
  revoking: { stroke: `${CIRCLE}m-3 6h6` },
  foreign: { stroke: 'm4.5 4.5h11v11h-11z' },
  ignored: { fill: 'm5 4h3.5v12h-3.5zm6.5 0h3.5v12h-3.5z' },
  withheld: { fill: 'm10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14zm-4 5.6h8v2.8h-8z' },
  forgotten: { stroke: 'm4 10h2m3 0h2m3 0h2' },
  revoked: { stroke: 'm10 7a3 3 0 1 0 0 6a3 3 0 1 0 0-6z' },
  other: { stroke: 'm6.5 7.5a3.5 3.5 0 1 1 3.5 3.5v2m0 2v1.8' },
};

/** Each kind of change by a sign of its own, as a line in the same box. */
export const CHANGE_SHAPES: Readonly<Record<Change, string>> = {
  share: 'm10 4v12m-6-6h12',
  adopt: 'm10 3v10m-4.5-4.5l4.5 4.5l4.5-4.5m-10.5 8h12',
  change: 'm3.5 11.5q3.25-6 6.5-1.5t6.5-1.5',
  revoke: 'm4 10h12',
  orphan: 'm10 4l6 6l-6 6l-6-6z',
  report: 'm10 3.5v8.5m0 3v1.8',
  close: 'm10 5.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z',
  'look-up': 'm9 4a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zm3.4 7.9l4.1 4.1',
};
