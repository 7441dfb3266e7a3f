import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRICS } from '../../lambdas/shared/contract/metrics.ts';
import type { MetricName } from '../construct-types.ts';
import { DeployError } from '../read-policy.ts';

interface Declared {
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  readonly statistics: readonly string[];
}

/** What the functions tell, in periods of five minutes. Throws a `DeployError` where a dimension has no value, or not one of its own. */
export function metricOf(scope: Construct, name: MetricName, options: MetricOptions = {}): Metric {
  const { dimensions, statistics }: Declared = METRICS[name];
  const given = options.dimensionsMap ?? {};
  const fits = Object.entries(dimensions).every(([key, values]) => values.some((value) => value === given[key]));
  if (!fits || Object.keys(given).some((key) => dimensions[key] === undefined)) {
    const values = Object.entries(dimensions).map(([key, all]) => `${key} (${all.join(', ')})`);
    throw new DeployError(
      `The metric ${name} needs as its dimensionsMap ${values.join(' and ') || 'none'}, with one value each.`,
    );
  }
  const [statistic = 'Sum'] = statistics;
  const namespace = Stack.of(scope).stackName;
  return new Metric({ namespace, metricName: name, statistic, period: Duration.minutes(5), ...options });
}
