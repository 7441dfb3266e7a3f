import { isSignal, METRICS, type Measured, type MetricName } from '../contract/metrics.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a log line, with what makes CloudWatch take metrics from it: what it measured, and the signal that it gives.
 * A line that has neither is as it was. `at`: milliseconds since the epoch.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function withMetrics({ measured, ...fields }: Fields, namespace: string, at: number): Fields {
  const all = [
    ...(isMeasured(measured) ? [measured] : []),
    ...(isSignal(fields.signal) ? [{ values: { Signals: 1 }, dimensions: { Signal: fields.signal } }] : []),
  ];
  if (all.length === 0) return fields;
  const CloudWatchMetrics = all.map(({ values, dimensions }) => ({
    Namespace: namespace,
    Dimensions: [Object.keys(dimensions)],
    Metrics: Object.keys(values).map((Name) => ({ Name, Unit: METRICS[Name as MetricName].unit })),
  }));
  const roots = all.map(({ values, dimensions }) => ({ ...values, ...dimensions }));
  return Object.assign({ ...fields }, ...roots, { _aws: { Timestamp: at, CloudWatchMetrics } });
}

function isMeasured(value: unknown): value is Measured {
  return typeof value === 'object' && value !== null && 'values' in value && 'dimensions' in value;
}
