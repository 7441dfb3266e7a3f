import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBroken } from '../test/bench/section.ts';
import { type Measured, measure } from '../test/bench/sweep/measure.ts';
import { growthSection, sweepSection } from '../test/bench/sweep/report.ts';
import { bundleProcess } from '../test/bench/sweep/run.ts';

const SIZES = [100, 1_000, 10_000, 100_000];

/** Sweeps ledgers of several sizes, or of those of `--sizes 100,1000`; fails where a sweep is over what its function has. */
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, sizes: { type: 'string' } } });
const sizes = values.sizes?.split(',').map(Number) ?? SIZES;
const directory = mkdtempSync(join(tmpdir(), 'sharing-sweep-'));
const measured: Measured[] = [];
try {
  const module = bundleProcess(join(directory, 'process'));
  for (const size of sizes) {
    console.error(`Filling and sweeping a ledger of ${size.toLocaleString('en')} checkpoints`);
    measured.push(await measure(module, size));
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const sections = [sweepSection(measured), growthSection(measured)];
const limits = sections.flatMap((section) => section.limits);
const broken = limits.filter(isBroken);
if (values.json) {
  const parts = Object.fromEntries(sections.map(({ name, rows }) => [name, rows]));
  const itemBytes = measured.at(-1)?.itemBytes;
  console.log(JSON.stringify({ ...parts, itemBytes, limits, ok: broken.length === 0 }, null, 2));
} else {
  for (const { text } of sections) console.log(text);
  console.log(`${limits.length - broken.length} of ${limits.length} limits hold.`);
  for (const { what, is, atMost } of broken) console.log(`Broken: ${what}: ${is}, at most ${atMost}`);
}
if (broken.length > 0) process.exitCode = 1;
