import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBroken } from '../test/bench/section.ts';
import { type Measured, measure } from '../test/bench/sweep/measure.ts';
import { growthSection, sweepSection } from '../test/bench/sweep/report.ts';
import { bundleProcess } from '../test/bench/sweep/run.ts';
import { startLocalCloud } from '../test/local-cloud/start.ts';

const SIZES = [100, 1_000, 10_000];

/** Sweeps ledgers of several sizes in a local cloud; fails where a sweep is over what its function has. */
const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
const directory = mkdtempSync(join(tmpdir(), 'sharing-sweep-'));
const onProgress = (line: string) => console.error(line);
const cloud = await startLocalCloud({ onProgress });
const measured: Measured[] = [];
try {
  const module = bundleProcess(join(directory, 'process'));
  const { endpoint, region, credentials } = cloud.client;
  for (const size of SIZES) {
    onProgress(`Filling and sweeping a ledger of ${size.toLocaleString('en')} checkpoints`);
    measured.push(await measure(module, { endpoint, region, credentials }, size));
  }
} finally {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
}

const sections = [sweepSection(measured), growthSection(measured)];
const limits = sections.flatMap((section) => section.limits);
const broken = limits.filter(isBroken);
if (json) {
  const parts = Object.fromEntries(sections.map(({ name, rows }) => [name, rows]));
  const itemBytes = measured.at(-1)?.itemBytes;
  console.log(JSON.stringify({ ...parts, itemBytes, limits, ok: broken.length === 0 }, null, 2));
} else {
  for (const { text } of sections) console.log(text);
  console.log(`${limits.length - broken.length} of ${limits.length} limits hold.`);
  for (const { what, is, atMost } of broken) console.log(`Broken: ${what}: ${is}, at most ${atMost}`);
}
if (broken.length > 0) process.exitCode = 1;
