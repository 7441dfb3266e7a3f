import type { Metric } from '../../lambdas/core/model/job.ts';
import type { JobCheckpoint } from '../../lambdas/shared/contract/operator.ts';

export interface Point {
  readonly step: number;
  readonly value: number;
  readonly checkpoint: string;
  readonly final: boolean;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
}

const CHARTS: readonly { readonly title: string; readonly metrics: Partial<Record<Metric, string>> }[] = [
  { title: 'Loss', metrics: { train_loss: 'training', valid_loss: 'validation', full_valid_loss: 'full validation' } },
  {
    title: 'Token accuracy',
    metrics: {
      train_mean_token_accuracy: 'training',
      valid_mean_token_accuracy: 'validation',
      full_valid_mean_token_accuracy: 'full validation',
    },
  },
];

/** The metrics of a job's checkpoints over their steps, as far as OpenAI has told any. */
export function chartsOf(checkpoints: readonly JobCheckpoint[]): readonly Chart[] {
  return CHARTS.map(({ title, metrics }) => ({
    title,
    series: Object.entries(metrics)
      .map(([metric, name]) => ({ name, points: pointsOf(checkpoints, metric as Metric) }))
      .filter(({ points }) => points.length > 0),
  })).filter(({ series }) => series.length > 0);
}

function pointsOf(checkpoints: readonly JobCheckpoint[], metric: Metric): readonly Point[] {
  return checkpoints
    .flatMap(({ checkpoint, step, final, metrics }) => {
      const value = metrics[metric];
      return value === undefined || step === null ? [] : [{ checkpoint, step, final, value }];
    })
    .sort((a, b) => a.step - b.step);
}

export interface Scale {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly steps: readonly [number, number];
  readonly values: readonly [number, number];
}

/** Where points are in a box of this width and height, with a little room above and below; never a flat line at an edge. */
export function scaleOf(series: readonly Series[], width: number, height: number): Scale {
  const points = series.flatMap((each) => each.points);
  const steps = rangeOf(points.map(({ step }) => step));
  const [least, most] = rangeOf(points.map(({ value }) => value));
  const room = (most - least) * 0.1 || Math.abs(most) * 0.1 || 1;
  const values = [least - room, most + room] as const;
  const place =
    ([from, to]: readonly [number, number], size: number) =>
    (value: number) =>
      to === from ? size / 2 : ((value - from) / (to - from)) * size;
  const up = place(values, height);
  return { x: place(steps, width), y: (value) => height - up(value), steps, values: [least, most] };
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** An SVG path through the points. */
export function pathOf(points: readonly Point[], { x, y }: Scale): string {
  return points
    .map(({ step, value }, index) => `${index === 0 ? 'M' : 'L'}${round(x(step))} ${round(y(value))}`)
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
