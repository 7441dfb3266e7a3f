import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { SIGNALS, type Signal } from '../../lambdas/shared/contract/metrics.ts';
import type { AlarmName } from '../construct-types.ts';
import { dashboardOf } from './dashboard.ts';
import { metricOf } from './metric.ts';
import type { ObserveQueue } from './observe-queue.ts';
import type { Rotation } from './rotation.ts';

export interface ObservabilityProps {
  /** By the name under which they are shown. */
  readonly functions: Readonly<
    Record<'webhook' | 'observe' | 'share' | 'reconcile' | 'operator' | 'keys' | 'publish', LambdaFunction>
  >;
  /** Those that the policy wants. */
  readonly rotations: readonly Pick<Rotation, 'name' | 'function'>[];
  readonly api: HttpApi;
  readonly queue: ObserveQueue;
  /** How often reconcile is to run. */
  readonly reconcileEvery: Duration;
  /** What the alarms tell; null = they only change colour. */
  readonly alarmTopic: ITopic | null;
}

interface Watch {
  readonly name: AlarmName;
  /** The heading of its article in docs/runbook.md; left out: its name. */
  readonly article?: string;
  readonly means: string;
  readonly metric: IMetric;
  /** The alarm goes off above this. */
  readonly above: number;
  /** How many periods, one after the other, must be above. */
  readonly periods?: number;
}

/** Goes off below a number, and where nothing is counted at all. */
interface Heartbeat extends Omit<Watch, 'above'> {
  readonly below: number;
}

/** Alarms that a person must act on, each with its article in docs/runbook.md, and one page that shows them all. */
export class Observability extends Construct {
  readonly dashboardUrl: string;
  readonly alarms: ReadonlyMap<AlarmName, Alarm>;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const watched = [...watches(props), ...heartbeats(props), ...signalWatches(this), ...rotationWatches(props)];
    this.alarms = new Map(watched.map((watch) => [watch.name, this.#alarm(watch, props.alarmTopic)]));
    const dashboard = dashboardOf(this, { ...props, alarms: [...this.alarms.values()] });
    const { region } = Stack.of(this);
    this.dashboardUrl = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
  }

  #alarm(watch: Watch | Heartbeat, topic: ITopic | null): Alarm {
    const { name, article = name, means, metric, periods = 1 } = watch;
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${means} What to do: docs/runbook.md#${article}`,
      metric,
      evaluationPeriods: periods,
      ...('below' in watch ? whenBelow(watch.below) : whenAbove(watch.above)),
    });
    if (topic !== null) alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  }
}

function whenAbove(threshold: number) {
  const { GREATER_THAN_THRESHOLD: comparisonOperator } = ComparisonOperator;
  return { threshold, comparisonOperator, treatMissingData: TreatMissingData.NOT_BREACHING };
}

/** Lambda counts no invocations where there are none: of a function that is not invoked there is no data. */
function whenBelow(threshold: number) {
  const { LESS_THAN_THRESHOLD: comparisonOperator } = ComparisonOperator;
  return { threshold, comparisonOperator, treatMissingData: TreatMissingData.BREACHING };
}

/** What goes on until a person acts; functions say so in their logs, where failing as a whole would not tell which it is. */
const SIGNAL_MEANS: Readonly<Record<Signal, string>> = {
  'source-failing': 'The jobs of a source project cannot be listed, mostly because of its key.',
  'plan-waiting': 'So many permissions would be revoked that it waits for a person.',
  'absence-waiting': 'So much has vanished at OpenAI within a day that it is not believed before a person says so.',
  'shutdown-ahead': 'OpenAI shuts down a model that is shared, in 90, 30 or 7 days, or has done so.',
  'openai-refuses': 'OpenAI refuses the account, the key, a scope or the place that calls come from, and goes on to.',
  'key-expiring': 'A key that is in use, or was made here, ends within 14 days, or has ended.',
  'key-unused': 'A key that is in use, or was made here, has not been used for 30 days.',
  'key-deleted-elsewhere': 'Somebody else has deleted a key that is in use, or was made here.',
  'rotation-overdue': 'A key or webhook secret has not been rotated in time.',
  'row-unwritable':
    'Rows of the ledger cannot be written: what is wanted of these checkpoints is not done. Others go on.',
  'token-exchange-refused':
    'OpenAI gives no token for the identity of a function: a source without a stored key cannot be read.',
};

function signalWatches(scope: Construct): Watch[] {
  const ofSignal = (Signal: Signal) =>
    metricOf(scope, 'Signals', { dimensionsMap: { Signal }, period: Duration.hours(1) });
  return SIGNALS.map((name) => ({ name, means: SIGNAL_MEANS[name], metric: ofSignal(name), above: 0 }));
}

/** One for each kind that is rotated. */
function rotationWatches({ rotations }: ObservabilityProps): Watch[] {
  return rotations.map(({ name, function: fn }) => ({
    name: `${name}-failing`,
    article: 'rotation-failing',
    means: 'A key or webhook secret could not be rotated; the present one stays in use.',
    metric: fn.metricErrors({ statistic: 'Sum', period: Duration.hours(1) }),
    above: 0,
  }));
}

const FIVE_MINUTES = { period: Duration.minutes(5) };

/** So many periods without their ticks, one after the other, are no hiccup. */
const SILENT_PERIODS = 3;

/**
 * Whether the schedules are there and their functions can be invoked. One sign for every cause: a schedule or its role that is
 * missing or switched off, a function without concurrency, events that Lambda drops. A single tick that is lost rings nothing,
 * for the next one does the same. What has no schedule has other signs: jobs that nobody takes from the queue raise `queue-age`,
 * deliveries to a webhook function that cannot be invoked `webhook-errors`.
 */
function heartbeats({ functions, reconcileEvery }: ObservabilityProps): Heartbeat[] {
  const sum = { statistic: 'Sum', period: FIVE_MINUTES.period };
  const every = reconcileEvery.toSeconds() > sum.period.toSeconds() ? reconcileEvery : sum.period;
  return [
    {
      name: 'share-silent',
      means: 'The share function is not invoked every minute: what is due waits.',
      metric: functions.share.metricInvocations(sum),
      // Of five ticks. Not one: every reconcile wakes it, too, which would pass for a sign of life.
      below: 3,
      periods: SILENT_PERIODS,
    },
    {
      name: 'reconcile-silent',
      means: 'The reconcile function is not invoked: what webhooks missed is not found, and no drift.',
      metric: functions.reconcile.metricInvocations({ ...sum, period: every }),
      below: 1,
      periods: SILENT_PERIODS,
    },
  ];
}

function watches({ functions, api, queue }: ObservabilityProps): Watch[] {
  return [
    {
      name: 'dead-letters',
      means: 'A job could not be observed five times in a row; reconcile will find it again.',
      metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible({ ...FIVE_MINUTES, statistic: 'Maximum' }),
      above: 0,
    },
    {
      name: 'queue-age',
      means: 'Jobs wait to be observed for more than 15 minutes.',
      metric: queue.queue.metricApproximateAgeOfOldestMessage({ ...FIVE_MINUTES, statistic: 'Maximum' }),
      above: 15 * 60,
    },
    {
      name: 'webhook-errors',
      means: 'Genuine events of OpenAI get no 200; OpenAI delivers them again for 72 hours.',
      // The function answers 5xx without failing when the queue or a secret is away: only the API counts those.
      // Two in an hour may be an event that went through later; an event that never does fails more often than that.
      metric: api.metricServerError({ period: Duration.hours(1), statistic: 'Sum' }),
      above: 2,
    },
    {
      name: 'observe-errors',
      means: 'Jobs cannot be read from OpenAI or planned.',
      // A batch that fails comes back after the queue's visibility time of six minutes: at most five times in 30.
      metric: functions.observe.metricErrors({ period: Duration.minutes(30) }),
      above: 2,
    },
    {
      name: 'share-failing',
      means: 'Nothing, or not everything, that is due is carried out at OpenAI.',
      metric: functions.share.metricErrors(FIVE_MINUTES),
      above: 0,
      periods: 2,
    },
    {
      name: 'reconcile-failing',
      means: 'Jobs that no webhook told of are not found, for one source or for all.',
      metric: functions.reconcile.metricErrors({ period: Duration.hours(1) }),
      above: 0,
    },
    {
      name: 'keys-failing',
      means: 'Keys that are due, or were made without an answer, cannot be deleted at OpenAI.',
      // Four sweeps an hour: one that finds OpenAI away, or no slot, is made up for by the next.
      metric: functions.keys.metricErrors({ period: Duration.hours(1) }),
      above: 2,
    },
    {
      name: 'publish-failing',
      means: 'Events do not get to the event bus: whoever waits for them there hears nothing. None is lost.',
      metric: functions.publish.metricErrors({ period: Duration.minutes(30) }),
      above: 2,
    },
  ];
}
