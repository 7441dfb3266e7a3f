import type { StackAtWork } from '../../iam/stack-at-work.ts';

/** What one run of a function asks of AWS. */
export interface Run {
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Requests to Secrets Manager. Each run here is a cold one; a warm one asks again after five minutes. */
  readonly secrets: number;
  /** Messages sent to the queue. */
  readonly messages: number;
  /** Events put on the bus. */
  readonly events: number;
  readonly logLines: number;
  /** Metrics that it tells of, each with its dimensions. */
  readonly metrics: readonly string[];
}

const HOUR_MS = 60 * 60_000;

/**
 * Counts what every run asks for that a stack comes to, on the functions as they are wired. Nothing of it depends on how many
 * checkpoints there are: what does is what a sweep reads (`SWEEPS`).
 */
export async function measure(stack: StackAtWork) {
  const { aws, fake, lines } = stack;
  async function count(work: () => Promise<unknown>): Promise<Run> {
    const from = { ...aws.units, calls: aws.calls.length, events: aws.account.published.length, lines: lines.length };
    await work();
    const operations = aws.calls.slice(from.calls).map(({ operation }) => operation);
    const said = lines.slice(from.lines);
    return {
      readUnits: aws.units.read - from.read,
      writeUnits: aws.units.write - from.write,
      secrets: operations.filter((operation) => operation.startsWith('secretsmanager.')).length,
      messages: operations.filter((operation) => operation === 'AmazonSQS.SendMessage').length,
      events: aws.account.published.length - from.events,
      logLines: said.length,
      metrics: [...new Set(said.flatMap(({ fields }) => metricsIn(fields)))],
    };
  }
  const newJob = () => fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
  const observe = (jobId: string) => stack.observe({ source: 'research', jobId, webhookAt: Date.now() });

  // The first run of each writes what is there from then on.
  await observe(newJob().id);
  await stack.share();
  await stack.reconcile();
  await stack.share();
  await stack.publish();
  await stack.tickKeys();

  const { id } = newJob();
  const shared = {
    webhook: await count(() => stack.webhook(id)),
    observe: await count(() => observe(id)),
    share: await count(() => stack.share()),
    publish: await count(() => stack.publish()),
  };
  const ticks = {
    share: await count(() => stack.share()),
    observe: await count(() => stack.lookAgain()),
    publish: await count(() => stack.publish()),
    keys: await count(() => stack.tickKeys()),
  };
  stack.pass(HOUR_MS);
  const sweep = await count(() => stack.reconcile());
  const audit = await count(() => stack.share());
  stack.pass(25 * HOUR_MS);
  const keysDaily = await count(() => stack.tickKeys());
  await stack.reconcile();
  const listed = fake.calls.count({ endpoint: 'permissions.list' });
  const verifying = await count(() => stack.share());
  const lists = fake.calls.count({ endpoint: 'permissions.list' }) - listed;
  return { shared, ticks, sweep, audit, keysDaily, verifying, lists };
}

export type MeasuredRuns = Awaited<ReturnType<typeof measure>>;

function metricsIn(fields: Readonly<Record<string, unknown>>): readonly string[] {
  const { measured } = fields as { measured?: { values: object; dimensions: Readonly<Record<string, string>> } };
  if (measured === undefined) return [];
  return Object.keys(measured.values).map((name) => [name, ...Object.values(measured.dimensions)].join(' '));
}
