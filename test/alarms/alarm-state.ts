/** One number that CloudWatch would have, or has, of a metric. */
export interface Point {
  readonly namespace: string;
  readonly name: string;
  /** With logical ids for what the stack has made. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

interface MetricOf {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** An alarm's properties, as they are in a template. */
export interface AlarmProperties extends MetricOf {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Statistic: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
}

/**
 * As CloudWatch would have it after these periods of the alarm's own length, oldest first: ALARM where each of the last
 * `EvaluationPeriods` is beyond the threshold. MiniStack evaluates by the name of a metric alone, whatever its dimensions.
 */
export function stateOf(alarm: AlarmProperties, periods: readonly (readonly Point[])[]): 'ALARM' | 'OK' {
  const last = periods.slice(-alarm.EvaluationPeriods);
  if (last.length < alarm.EvaluationPeriods)
    throw new Error(`${alarm.AlarmName} looks at more periods than there were`);
  return last.every((points) => isBeyond(alarm, statisticOf(alarm, points))) ? 'ALARM' : 'OK';
}

function isBeyond({ ComparisonOperator, Threshold, TreatMissingData }: AlarmProperties, value: number | undefined) {
  if (value === undefined) return TreatMissingData === 'breaching';
  switch (ComparisonOperator) {
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    default:
      throw new Error(`What is ${ComparisonOperator}?`);
  }
}

function statisticOf({ Statistic, ...metric }: AlarmProperties, points: readonly Point[]): number | undefined {
  const wanted = (metric.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${logicalId(Value)}`).toSorted();
  const values = points
    .filter(({ namespace, name }) => namespace === metric.Namespace && name === metric.MetricName)
    .filter(
      ({ dimensions }) =>
        `${Object.entries(dimensions)
          .map((pair) => pair.join('='))
          .toSorted()}` === `${wanted}`,
    )
    .map(({ value }) => value);
  if (values.length === 0) return undefined;
  if (Statistic === 'Sum') return sum(values);
  if (Statistic === 'Maximum') return Math.max(...values);
  throw new Error(`What is ${Statistic}?`);
}

/** `{ Ref }` and `{ 'Fn::GetAtt': [id, …] }`; a text stands for itself. */
export function logicalId(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [id] = Object.values(value).flat();
  return String(id);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
