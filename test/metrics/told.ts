import { expect } from 'vitest';
import { METRICS, type MetricName } from '../../lambdas/shared/contract/metrics.ts';
import { withMetrics } from '../../lambdas/shared/runtime/emf.ts';

interface Line {
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

export const STACK = 'CheckpointSharing';
export const AT = Date.parse('2026-11-20T12:00:00.000Z');

/** What CloudWatch makes of a log line: `Name{Dimension=value} value`. Fails where it would make nothing of it. */
export function metricsIn(line: Readonly<Record<string, unknown>>): readonly string[] {
  const aws = line._aws as { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] } | undefined;
  return (aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) => {
    expect(Number.isInteger(aws?.Timestamp)).toBe(true);
    expect(Namespace).toMatch(/^[A-Za-z0-9._/#:-]{1,255}$/);
    expect(Dimensions).toHaveLength(1);
    const dimensions = Dimensions.flat();
    return Metrics.map(({ Name, Unit }) => {
      const declared: { readonly unit: string; readonly dimensions: Readonly<Record<string, readonly string[]>> } =
        METRICS[Name as MetricName];
      expect(Unit).toBe(declared.unit);
      expect(dimensions).toEqual(Object.keys(declared.dimensions));
      for (const key of dimensions) expect(declared.dimensions[key]).toContain(line[key]);
      expect(line[Name]).toEqual(expect.any(Number));
      expect(Number(line[Name])).toBeGreaterThanOrEqual(0);
      const by = dimensions.map((key) => `${key}=${line[key]}`).join(',');
      return `${Name}${by && `{${by}}`} ${line[Name]}`;
    });
  });
}

/** What CloudWatch would make of these lines of a use-case's log, in their order. */
export function toldIn(lines: readonly Line[]): readonly string[] {
  return lines.flatMap(({ fields }) => metricsIn(withMetrics(fields, STACK, AT)));
}
