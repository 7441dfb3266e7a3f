import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { POLICY_FILE } from '../../lambdas/shared/contract/names.ts';
import { BUNDLED, FUNCTIONS, type FunctionName, handlerPath } from '../../lib/bundle.ts';
import { type Bundle, measuredFunction } from './bundles.ts';
import { medianOf, type Start, start } from './init-time.ts';
import { round } from './median.ts';
import type { Limit, Section } from './section.ts';
import { renderTable } from './table.ts';

/** What telling of metrics may add to a function. */
const MOST_GZIP_BYTES = 2_000;
const RUNS = 15;

/** What a function imports where nothing is told of: of each of the modules that do nothing else. */
const WITHOUT = [
  'export const withMetrics = (fields) => fields;',
  'export const measure = () => ({});',
  'export const isSignal = () => false;',
  'export const tellingChanges = (ledger) => ledger;',
].join('');
const OF_METRICS = /lambdas[\\/](shared[\\/](runtime[\\/]emf|contract[\\/]metrics)|use-cases[\\/]tell-changes)\.ts$/;

const withoutMetrics: Plugin = {
  name: 'without-metrics',
  setup: ({ onLoad }) => onLoad({ filter: OF_METRICS }, () => ({ contents: WITHOUT })),
};

/** The function as it would be if it told of no metrics, beside what `bundleFunction` has put under the same `directory`. */
export async function bundleWithoutMetrics(name: FunctionName, directory: string): Promise<Bundle> {
  const outdir = join(directory, `${name}-without-metrics`);
  await build({ ...BUNDLED, entryPoints: { index: handlerPath(name) }, plugins: [withoutMetrics], outdir });
  copyFileSync(join(directory, name, POLICY_FILE), join(outdir, POLICY_FILE));
  return measuredFunction(name, join(outdir, 'index.mjs'));
}

export function metricsLimit({ name, gzipBytes }: Bundle, without: Bundle): Limit {
  return {
    what: `metrics in the ${name} bundle, bytes gzip`,
    is: gzipBytes - without.gzipBytes,
    atMost: MOST_GZIP_BYTES,
  };
}

/** What the metrics add to each function: bytes, and time to start, both in fresh processes in turns. */
export async function benchMetrics(bundles: readonly Bundle[], directory: string): Promise<Section> {
  const pairs = await Promise.all(
    bundles
      .filter((each): each is Bundle & { name: FunctionName } => FUNCTIONS.some((name) => name === each.name))
      .map(async (bundle) => ({ bundle, without: await bundleWithoutMetrics(bundle.name, directory) })),
  );
  const rows = pairs.map(({ bundle, without }) => {
    const starts: { readonly with: Start[]; readonly without: Start[] } = { with: [], without: [] };
    for (let run = 0; run < RUNS; run++) {
      starts.with.push(start(bundle.file));
      starts.without.push(start(without.file));
    }
    return {
      name: bundle.name,
      gzipBytes: bundle.gzipBytes - without.gzipBytes,
      importMs: round(medianOf(starts.with).importMs, 1),
      withoutMs: round(medianOf(starts.without).importMs, 1),
    };
  });
  const text = renderTable(
    `What telling of metrics adds to each function (median of ${RUNS} fresh processes)`,
    [
      { head: 'function', cell: ({ name }) => name },
      { head: 'bytes gzip', cell: ({ gzipBytes }) => gzipBytes, meaning: `at most ${MOST_GZIP_BYTES}` },
      { head: 'import ms', cell: ({ importMs }) => importMs.toFixed(1), meaning: 'with them' },
      { head: 'without', cell: ({ withoutMs }) => withoutMs.toFixed(1), meaning: 'the same without them' },
    ],
    rows,
  );
  return { name: 'metrics', rows, text, limits: pairs.map(({ bundle, without }) => metricsLimit(bundle, without)) };
}
