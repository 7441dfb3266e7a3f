import type { MeasuredRuns, Run } from './measure.ts';
import { ASSUMED, PRICES, type Sweeps } from './prices.ts';
import type { Standing } from './standing.ts';

/** One line of a month's bill. */
export interface Item {
  readonly what: string;
  /** How much of it there is, in words. */
  readonly amount: string;
  readonly dollars: number;
}

export interface Bill {
  readonly checkpoints: number;
  readonly items: readonly Item[];
  readonly dollars: number;
}

/** What happens so often a month, by whom, for how long, and what each time is asked of AWS. */
interface Work {
  readonly times: number;
  readonly memoryMb: number;
  readonly seconds: number;
  readonly invocations: number;
  readonly run: Pick<Run, 'readUnits' | 'writeUnits'> & Partial<Run>;
}

const MINUTES = ASSUMED.daysAMonth * 24 * 60;
const HOURS = ASSUMED.daysAMonth * 24;

/** A month at a size, with what is new in it, and nobody who asks anything. */
export function billOf(runs: MeasuredRuns, standing: Standing, size: Sweeps): Bill {
  const works = worksOf(runs, standing, size);
  const sum = (of: (work: Work) => number) => works.reduce((total, work) => total + work.times * of(work), 0);
  const counted = (name: 'readUnits' | 'writeUnits' | 'secrets' | 'messages' | 'events' | 'logLines') =>
    sum(({ run }) => run[name] ?? 0);
  const invocations = sum((work) => work.invocations);
  const gbSeconds = sum(({ memoryMb, seconds }) => (memoryMb / 1024) * seconds);
  const [readUnits, writeUnits] = [counted('readUnits'), counted('writeUnits')];
  const storedGb = (size.checkpoints * ASSUMED.bytesACheckpoint) / 1e9;
  const logGb = (invocations * ASSUMED.logBytes.run + counted('logLines') * ASSUMED.logBytes.line) / 1e9;
  const metrics = metricMonths(works);
  // Each message is sent, received and deleted.
  const requests = 3 * counted('messages') + (ASSUMED.polls * MINUTES * 60) / ASSUMED.secondsAPoll;
  const ticks = MINUTES * standing.schedulesAMinute;
  const { lambda, dynamodb, cloudwatch, secrets, sqs, eventbridge, apiGateway } = PRICES;
  const millions = (count: number, price: number) => (count * price) / 1e6;
  const items: readonly Item[] = [
    {
      what: 'CloudWatch: alarms, dashboard',
      amount: `${standing.alarms} and ${standing.dashboards}`,
      dollars: standing.alarms * cloudwatch.anAlarm + standing.dashboards * cloudwatch.aDashboard,
    },
    { what: 'CloudWatch: metrics', amount: metrics.toFixed(1), dollars: metrics * cloudwatch.aMetric },
    {
      what: 'CloudWatch: logs',
      amount: `${logGb.toFixed(2)} GB`,
      dollars: logGb * (cloudwatch.aGbOfLogs + cloudwatch.aGbOfLogsStored),
    },
    {
      what: 'Secrets Manager',
      amount: `${standing.secrets} secrets, ${count(counted('secrets'))} requests`,
      dollars: standing.secrets * secrets.aSecret + millions(counted('secrets'), secrets.aMillionRequests),
    },
    {
      what: 'Lambda',
      amount: `${count(invocations)} invocations, ${count(gbSeconds)} GB-seconds`,
      dollars: millions(invocations, lambda.aMillionRequests) + gbSeconds * lambda.aGbSecondOnArm,
    },
    {
      what: 'DynamoDB: requests',
      amount: `${count(readUnits)} read and ${count(writeUnits)} write units`,
      dollars: millions(readUnits, dynamodb.aMillionReadUnits) + millions(writeUnits, dynamodb.aMillionWriteUnits),
    },
    {
      what: 'DynamoDB: storage, backup',
      amount: `${storedGb.toFixed(2)} GB`,
      dollars: storedGb * (dynamodb.aGbStored + dynamodb.aGbWithPointInTimeRecovery),
    },
    { what: 'SQS', amount: `${count(requests)} requests`, dollars: millions(requests, sqs.aMillionRequests) },
    {
      what: 'EventBridge: scheduler',
      amount: `${count(ticks)} ticks`,
      dollars: millions(ticks, eventbridge.aMillionSchedulerRuns),
    },
    {
      what: 'EventBridge: bus, API Gateway',
      amount: `${count(counted('events'))} events, ${count(newAMonth(size))} webhooks`,
      dollars:
        millions(counted('events'), eventbridge.aMillionEvents) +
        millions(newAMonth(size), apiGateway.aMillionRequests),
    },
  ];
  return { checkpoints: size.checkpoints, items, dollars: items.reduce((total, { dollars }) => total + dollars, 0) };
}

function newAMonth({ checkpoints }: Sweeps): number {
  return checkpoints * ASSUMED.newAMonth;
}

function worksOf({ shared, ticks, audit, verifying, lists, ...runs }: MeasuredRuns, standing: Standing, size: Sweeps) {
  const { memoryMb, aMinute, verifyPerMinute } = standing;
  const { seconds, secondsAnAdminCall } = ASSUMED;
  const work = (
    times: number,
    fn: keyof Standing['memoryMb'],
    secondsEach: number,
    run: Work['run'],
    each = 1,
  ): Work => {
    return { times, memoryMb: memoryMb[fn], seconds: secondsEach, invocations: each, run };
  };
  const [born, days] = [newAMonth(size), ASSUMED.daysAMonth];
  const sweeps = MINUTES * aMinute.reconcile;
  // Each once a day, as the audit log has it, or as many as the budget allows.
  const verified = Math.min(size.checkpoints * days, MINUTES * verifyPerMinute);
  const aList = {
    readUnits: (verifying.readUnits - audit.readUnits) / lists,
    writeUnits: (verifying.writeUnits - audit.writeUnits) / lists,
  };
  return [
    work(born, 'webhook', seconds.webhook, shared.webhook),
    work(born, 'observe', seconds.observe, shared.observe),
    work(born, 'share', secondsAnAdminCall, shared.share),
    work(born, 'publish', seconds.publish, shared.publish),
    work(MINUTES * aMinute.share, 'share', seconds.tick, ticks.share),
    work(MINUTES * aMinute.observe, 'observe', seconds.tick, ticks.observe),
    work(MINUTES * aMinute.publish, 'publish', seconds.tick, ticks.publish),
    work(MINUTES * aMinute.keys, 'keys', seconds.tick, ticks.keys),
    work(days, 'keys', seconds.keysDaily, runs.keysDaily),
    work(sweeps, 'reconcile', size.sweep.seconds, { ...runs.sweep, ...size.sweep }, size.sweep.invocations),
    work(days, 'reconcile', size.fullPass.seconds, { ...runs.sweep, ...size.fullPass }, size.fullPass.invocations),
    work(sweeps, 'share', seconds.audit, audit),
    work(verified, 'share', secondsAnAdminCall, { ...aList, logLines: 2, metrics: verifying.metrics }, 0),
  ];
}

/** CloudWatch charges for each hour in which a metric is told of. */
function metricMonths(works: readonly Work[]): number {
  const hours = new Map<string, number>();
  for (const { times, run } of works) {
    for (const name of run.metrics ?? []) hours.set(name, Math.max(hours.get(name) ?? 0, Math.min(times, HOURS)));
  }
  return [...hours.values()].reduce((total, each) => total + each, 0) / HOURS;
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}
