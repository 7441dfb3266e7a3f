/**
 * Dollars in us-east-1, beyond every free tier, each as its service's page lists it (November 2026). Declared here and nowhere else.
 */
export const PRICES = {
  lambda: { page: 'aws.amazon.com/lambda/pricing', aMillionRequests: 0.2, aGbSecondOnArm: 0.0000133334 },
  dynamodb: {
    page: 'aws.amazon.com/dynamodb/pricing/on-demand',
    aMillionReadUnits: 0.125,
    aMillionWriteUnits: 0.625,
    aGbStored: 0.25,
    aGbWithPointInTimeRecovery: 0.2,
  },
  cloudwatch: {
    page: 'aws.amazon.com/cloudwatch/pricing',
    anAlarm: 0.1,
    aDashboard: 3,
    aMetric: 0.3,
    aGbOfLogs: 0.5,
    aGbOfLogsStored: 0.03,
  },
  secrets: { page: 'aws.amazon.com/secrets-manager/pricing', aSecret: 0.4, aMillionRequests: 5 },
  sqs: { page: 'aws.amazon.com/sqs/pricing', aMillionRequests: 0.4 },
  eventbridge: { page: 'aws.amazon.com/eventbridge/pricing', aMillionEvents: 1, aMillionSchedulerRuns: 1 },
  apiGateway: { page: 'aws.amazon.com/api-gateway/pricing', aMillionRequests: 1 },
} as const;

/** What is assumed, since nobody can count it without a stack on AWS that has run for a month. */
export const ASSUMED = {
  daysAMonth: 30,
  targets: 10,
  /** Of the checkpoints, so many come to be in a month. */
  newAMonth: 0.1,
  /** A page of OpenAI's list, or a queue's wait, is much of it. */
  seconds: { webhook: 0.1, observe: 1, publish: 0.2, tick: 0.05, audit: 1, keysDaily: 3 },
  /** An admin call with the wait for its slot, at six a minute. */
  secondsAnAdminCall: 10,
  /** `REPORT`, `START` and the like, and one line of our own. */
  logBytes: { run: 1_200, line: 500 },
  /** Lambda keeps so many long polls of an empty queue open, 20 seconds each. Source: "Using Lambda with Amazon SQS", Lambda guide. */
  polls: 5,
  secondsAPoll: 20,
  /** With jobs, events, history and permission ids, at ten targets (`npm run bench:sweep`, "A million checkpoints": 12 GB). */
  bytesACheckpoint: 12_000,
} as const;

/** What sweeps take at a size: units and seconds on Lambda of one of them, all invocations together. */
export interface Sweeps {
  readonly checkpoints: number;
  readonly sweep: Taken;
  /** The whole ledger, once a day. */
  readonly fullPass: Taken;
}

interface Taken {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly seconds: number;
  readonly invocations: number;
}

/** Measured by `npm run bench:sweep -- --sizes 10,1000,100000`, which takes some 20 minutes; `docs/sizes.md` has the same. */
export const SWEEPS: readonly Sweeps[] = [
  {
    checkpoints: 10,
    sweep: { readUnits: 34, writeUnits: 4, seconds: 0.3, invocations: 1 },
    fullPass: { readUnits: 32, writeUnits: 13, seconds: 0.3, invocations: 1 },
  },
  {
    checkpoints: 1_000,
    sweep: { readUnits: 155, writeUnits: 5, seconds: 0.8, invocations: 1 },
    fullPass: { readUnits: 934, writeUnits: 84, seconds: 1.9, invocations: 1 },
  },
  {
    checkpoints: 100_000,
    sweep: { readUnits: 177, writeUnits: 245, seconds: 1.5, invocations: 1 },
    fullPass: { readUnits: 390_762, writeUnits: 17_612, seconds: 520, invocations: 5 },
  },
];
