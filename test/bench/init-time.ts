import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import type { Bundle } from './bundles.ts';
import { median, round } from './median.ts';
import type { Section } from './section.ts';
import { renderTable } from './table.ts';

const IMPORTER = fileURLToPath(new URL('./import-handler.mjs', import.meta.url));
const RUNS = 15;

/** Everything any function asks for; nothing of it is called, since a handler only makes its clients when it starts. */
const ENVIRONMENT: Readonly<Record<(typeof ENV)[keyof typeof ENV] | 'AWS_REGION', string>> = {
  AWS_REGION: 'eu-west-1',
  [ENV.ledgerTable]: 'ledger',
  [ENV.pacerTable]: 'ledger',
  [ENV.adminKeySecret]: 'admin-key',
  [ENV.projectKeySecrets]: '{"research":"project-key"}',
  [ENV.webhookSecrets]: '{"research":"webhook"}',
  [ENV.secretArnPrefix]: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:',
  [ENV.webhookUrl]: 'https://api.example.com/webhooks',
  [ENV.observeQueueUrl]: 'https://sqs.eu-west-1.amazonaws.com/000000000000/observe',
  [ENV.observeDeadLetterQueueUrl]: 'https://sqs.eu-west-1.amazonaws.com/000000000000/observe-dead',
  [ENV.shareFunction]: 'share',
  [ENV.reconcileFunction]: 'reconcile',
  [ENV.stackName]: 'CheckpointSharing',
  [ENV.stackArn]: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/CheckpointSharing',
  [ENV.eventBus]: 'CheckpointSharing',
  [ENV.identityRoles]: '{}',
};

export interface Start {
  /** From the start of the import to the module being ready. */
  readonly importMs: number;
  /** From the start of the process. */
  readonly readyMs: number;
  /** To import, after that, what is loaded with the first call to OpenAI; null where there is no such module. */
  readonly firstCallMs: number | null;
}

interface Init extends Start {
  readonly name: Bundle['name'];
  /** The import's time over the webhook function's, which OpenAI waits for. */
  readonly importTimesWebhook: number;
  /** The process's time over the empty handler's. */
  readonly readyTimesEmpty: number;
}

/** How long each function takes to start, in fresh processes of this Node, beside a handler that does nothing. */
export function benchInit(bundles: readonly Bundle[], empty: Bundle): Section {
  const all = [empty, ...bundles];
  const starts = new Map(all.map(({ name }) => [name, [] as Start[]]));
  // In turns, so that a busy moment of the machine does not meet one of them only.
  for (let run = 0; run < RUNS; run++) {
    for (const { name, file } of all) starts.get(name)?.push(start(file));
  }
  const startOf = (name: Bundle['name']) => medianOf(starts.get(name) ?? []);
  const rows = all.map(({ name }): Init => {
    const { importMs, readyMs, firstCallMs } = startOf(name);
    return {
      name,
      importMs: round(importMs, 1),
      readyMs: round(readyMs, 1),
      firstCallMs: firstCallMs && round(firstCallMs, 1),
      importTimesWebhook: round(importMs / startOf('webhook').importMs, 2),
      readyTimesEmpty: round(readyMs / startOf(empty.name).readyMs, 2),
    };
  });
  const text = renderTable(
    `Start of each function, beside an empty handler (Node ${process.versions.node}, median of ${RUNS} fresh processes)`,
    [
      { head: 'function', cell: ({ name }) => name },
      {
        head: 'import ms',
        cell: ({ importMs }) => importMs.toFixed(1),
        meaning: 'to import the bundle and make its clients',
      },
      {
        head: '× webhook',
        cell: ({ importTimesWebhook }) => importTimesWebhook.toFixed(2),
        meaning: "that, over the same of the webhook function, which OpenAI's delivery waits for",
      },
      { head: 'process ms', cell: ({ readyMs }) => readyMs.toFixed(1), meaning: "Node's own start and the import" },
      {
        head: '× empty process',
        cell: ({ readyTimesEmpty }) => readyTimesEmpty.toFixed(2),
        meaning: 'that, over the same of the empty handler',
      },
      {
        head: 'first call ms',
        cell: ({ firstCallMs }) => firstCallMs?.toFixed(1) ?? '-',
        meaning: 'to import what the first call to OpenAI needs, where there is one',
      },
    ],
    rows,
  );
  return { name: 'init', rows, text, limits: [] };
}

/** One start, in a fresh process. */
export function start(file: string): Start {
  // esbuild names a module that is loaded later after its source: undici's agent.
  const later = globSync(join(dirname(file), 'agent-*.mjs'));
  const output = execFileSync(
    process.execPath,
    [IMPORTER, ...[file, ...later].map((path) => pathToFileURL(path).href)],
    {
      env: ENVIRONMENT,
      encoding: 'utf8',
    },
  );
  return JSON.parse(output) as Start;
}

export function medianOf(starts: readonly Start[]): Start {
  const calls = starts.flatMap(({ firstCallMs }) => firstCallMs ?? []);
  return {
    firstCallMs: calls.length === 0 ? null : median(calls),
    importMs: median(starts.map(({ importMs }) => importMs)),
    readyMs: median(starts.map(({ readyMs }) => readyMs)),
  };
}
