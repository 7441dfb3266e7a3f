import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { METRICS, type MetricName, QUESTIONS } from '../../lambdas/shared/contract/metrics.ts';
import { metricOf } from './metric.ts';
import type { ObserveQueue } from './observe-queue.ts';

const PERIOD = { period: Duration.minutes(5) };
const WIDTH = 24;

export interface DashboardProps {
  readonly alarms: readonly Alarm[];
  /** By the name under which they are shown. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly queue: ObserveQueue;
}

/** One page, in the order of a person's questions; every metric is shown under the one that it answers. */
export function dashboardOf(scope: Construct, { alarms, ...others }: DashboardProps): Dashboard {
  const more = { working: ofFunctions(others), waiting: ofQueue(others), fast: [], drifted: [], budget: [] };
  const rows = Object.entries(QUESTIONS).map(([key, question]) => {
    const own = (Object.keys(METRICS) as MetricName[]).filter((name) => METRICS[name].question === key);
    const graphs = [...own.map((name) => graphOf(scope, name)), ...more[key as keyof typeof QUESTIONS]];
    return [new TextWidget({ markdown: `## ${question}`, width: WIDTH, height: 1 }), ...inThrees(graphs)];
  });
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(1),
    widgets: [[new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WIDTH })], ...rows],
  });
}

interface Graph {
  readonly title: string;
  readonly left: IMetric[];
}

function inThrees(graphs: readonly Graph[]): readonly IWidget[] {
  return graphs.map(({ title, left }) => new GraphWidget({ title, left, width: 8 }));
}

/** Of a metric with dimensions, every combination that there is. */
function graphOf(scope: Construct, name: MetricName): Graph {
  const { unit, dimensions, statistics } = METRICS[name];
  const namespace = Stack.of(scope).stackName;
  const keys = Object.keys(dimensions);
  const left = statistics.map((statistic): IMetric => {
    if (keys.length === 0) return metricOf(scope, name, { statistic, label: statistic });
    const search = `{${[namespace, ...keys].map((word) => `"${word}"`).join(',')}} MetricName="${name}"`;
    const label = `\${PROP('Dim.${keys.join(`')} \${PROP('Dim.`)}')}`;
    return new MathExpression({
      expression: `SEARCH('${search}', '${statistic}')`,
      label,
      usingMetrics: {},
      ...PERIOD,
    });
  });
  return { title: unit === 'Seconds' ? `${name} (s)` : name, left };
}

function ofFunctions({ functions }: Pick<DashboardProps, 'functions'>): readonly Graph[] {
  const each = (title: string, metric: (fn: LambdaFunction, label: string) => IMetric) => ({
    title,
    left: Object.entries(functions).map(([label, fn]) => metric(fn, label)),
  });
  return [
    each('Invocations', (fn, label) => fn.metricInvocations({ ...PERIOD, label })),
    each('Errors', (fn, label) => fn.metricErrors({ ...PERIOD, label })),
    each('Duration (longest)', (fn, label) => fn.metricDuration({ ...PERIOD, label, statistic: 'Maximum' })),
  ];
}

function ofQueue({ queue: { queue, deadLetters } }: Pick<DashboardProps, 'queue'>): readonly Graph[] {
  return [
    {
      title: 'Jobs to observe',
      left: [
        queue.metricApproximateNumberOfMessagesVisible({ ...PERIOD, label: 'waiting' }),
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...PERIOD, label: 'dead letters' }),
      ],
    },
    {
      title: 'Age of the oldest job to observe (s)',
      left: [queue.metricApproximateAgeOfOldestMessage({ ...PERIOD, label: 'age' })],
    },
  ];
}
