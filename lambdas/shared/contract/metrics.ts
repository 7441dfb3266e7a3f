import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';

// Every metric is declared here once: what the functions may tell, the alarms, the dashboard and docs/metrics.md follow from it.

/** What a person wants to know, in the order in which it is asked. The dashboard has a row for each. */
export const QUESTIONS = {
  working: 'Is it working?',
  fast: 'How fast is it?',
  waiting: 'What waits?',
  drifted: 'What has changed, and what has drifted?',
  budget: 'How much of the budget of admin calls is used?',
} as const;

interface Metric {
  /** A unit of CloudWatch's. */
  readonly unit: 'Count' | 'Seconds';
  /** The values of each dimension. CloudWatch charges for every combination that is told of. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  /** How the dashboard sums it up. */
  readonly statistics: readonly ('Sum' | 'Maximum' | 'Minimum' | 'p50' | 'p95')[];
  readonly question: keyof typeof QUESTIONS;
  /** A sentence for people. */
  readonly means: string;
}

/** What goes on until a person acts; an alarm has the name of each. */
export const SIGNALS = [
  'source-failing',
  'plan-waiting',
  'absence-waiting',
  'shutdown-ahead',
  'openai-refuses',
  'key-expiring',
  'key-unused',
  'key-deleted-elsewhere',
  'rotation-overdue',
  'row-unwritable',
  'token-exchange-refused',
] as const;
export type Signal = (typeof SIGNALS)[number];

/** Calls about keys, accounts and projects are few, and told of together. */
const ENDPOINT = [...Object.values(ENDPOINT_OF), 'keys'] as const;

export const METRICS = {
  Webhooks: {
    unit: 'Count',
    dimensions: {
      Result: [
        'accepted',
        'ignored',
        'unavailable',
        'refused-source',
        'refused-size',
        'refused-headers',
        'refused-timestamp',
        'refused-signature',
        'refused-event',
      ],
    },
    statistics: ['Sum'],
    question: 'working',
    means: 'Deliveries to the webhook URL, by what became of them.',
  },
  Signals: {
    unit: 'Count',
    dimensions: { Signal: SIGNALS },
    statistics: ['Sum'],
    question: 'working',
    means: 'What a person has to act on, told again for as long as it lasts. The alarms of these names rest on it.',
  },
  JobToPermission: {
    unit: 'Seconds',
    dimensions: {},
    statistics: ['p50', 'p95', 'Maximum'],
    question: 'fast',
    means:
      "From the end of a job to the first permissions for a checkpoint of it. Not told of what was wanted only later than a day after the job's end.",
  },
  ObserveLag: {
    unit: 'Seconds',
    dimensions: {},
    statistics: ['p50', 'Maximum'],
    question: 'fast',
    means: "From the arrival of a webhook to its job's being in the ledger.",
  },
  DueCheckpoints: {
    unit: 'Count',
    dimensions: {},
    statistics: ['Maximum'],
    question: 'waiting',
    means: 'Checkpoints that still waited for an admin call when share ended a turn; not told where none did.',
  },
  OldestDue: {
    unit: 'Seconds',
    dimensions: {},
    statistics: ['Maximum'],
    question: 'waiting',
    means: 'For how long the oldest of them had been due.',
  },
  Permissions: {
    unit: 'Count',
    dimensions: { Act: ['shared', 'revoked', 'rejected', 'drifted', 'repair'] },
    statistics: ['Sum'],
    question: 'drifted',
    means: 'What was done about permissions, as the events have it; `drifted` and `repair` were gone at OpenAI.',
  },
  Staleness: {
    unit: 'Seconds',
    dimensions: {},
    statistics: ['Maximum'],
    question: 'drifted',
    means: 'How long ago the checkpoint that was not seen at OpenAI for longest was seen there.',
  },
  KeyAge: {
    unit: 'Seconds',
    dimensions: { Kind: ['admin', 'project'] },
    statistics: ['Maximum'],
    question: 'drifted',
    means: 'How old the oldest key in use is; told when the keys were looked at, once a day.',
  },
  AdminCalls: {
    unit: 'Count',
    dimensions: { Endpoint: ENDPOINT, Answer: ['ok', 'throttled', 'refused', 'not-found', 'failed'] },
    statistics: ['Sum'],
    question: 'budget',
    means: 'Calls with the admin key, by endpoint and by what OpenAI answered; `failed` had no answer, or a 5xx.',
  },
  PacerLimit: {
    unit: 'Count',
    dimensions: { Endpoint: ENDPOINT },
    statistics: ['Minimum'],
    question: 'budget',
    means: 'Calls a minute that the pacer allows; told by share where it has called.',
  },
  PacerWait: {
    unit: 'Seconds',
    dimensions: { Endpoint: ENDPOINT },
    statistics: ['Maximum'],
    question: 'budget',
    means: 'How long a turn of share has waited for slots; not told where it did not.',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;
type DimensionsOf<Name extends MetricName> = {
  readonly [Key in keyof (typeof METRICS)[Name]['dimensions']]: (typeof METRICS)[Name]['dimensions'][Key] extends readonly (infer Value)[]
    ? Value
    : never;
};

/** What a log line measures, beside what it says: whoever writes the line makes metrics of it. */
export interface Measured {
  readonly values: { readonly [Name in MetricName]?: number };
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The field of a log line that makes a metric of it. Metrics of one line have the same dimensions. */
export function measure<Name extends MetricName>(
  values: { readonly [Key in Name]?: number },
  dimensions: DimensionsOf<Name>,
): { readonly measured: Measured } {
  return { measured: { values, dimensions: dimensions as Measured['dimensions'] } };
}

export function isSignal(text: unknown): text is Signal {
  return SIGNALS.some((signal) => signal === text);
}

/** `docs/metrics.md`. */
export function metricsDocument(): string {
  const rows = Object.entries<Metric>(METRICS).map(([name, { unit, dimensions, question, means }]) => {
    const by = Object.entries(dimensions).map(([key, values]) => `\`${key}\`: ${values.join(', ')}`);
    return `| \`${name}\` | ${unit} | ${by.join('<br>') || '–'} | ${QUESTIONS[question]} | ${means} |`;
  });
  return `# Metrics

In CloudWatch under the namespace that is the stack's name, written as
[embedded metrics](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html) into the functions'
logs ([ADR 11](adr/0011-metrics-are-log-lines.md)): the log line that tells of something is also its metric. The dashboard (output
\`DashboardUrl\`) shows them by question; how many messages wait, and dead letters, are metrics of SQS's own. What did not happen is not told
of, and costs nothing. The list is generated: \`npm run schema\`.

| metric | unit | dimensions | question | what it is |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
