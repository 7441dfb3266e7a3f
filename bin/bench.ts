import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FUNCTIONS } from '../lib/bundle.ts';
import { benchAdminCalls } from '../test/bench/admin-calls.ts';
import { benchSize } from '../test/bench/bundle-size.ts';
import { bundleEmpty, bundleFunction } from '../test/bench/bundles.ts';
import { benchChangingLimit } from '../test/bench/changing-limit.ts';
import { benchInit } from '../test/bench/init-time.ts';
import { benchMetrics } from '../test/bench/metrics-cost.ts';
import { isBroken, type Section } from '../test/bench/section.ts';
import { benchVerify } from '../test/bench/verify-cost.ts';
import { benchWrongGuess } from '../test/bench/wrong-guess.ts';

/** Prints each part as it is done, or all as one JSON document; fails where a count or a size is over its limit. */
const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
const directory = mkdtempSync(join(tmpdir(), 'sharing-bench-'));
const sections: Section[] = [];
try {
  const bundles = FUNCTIONS.map((name) => bundleFunction(name, directory));
  const parts = [
    benchVerify,
    () => benchSize(bundles),
    () => benchInit(bundles, bundleEmpty(directory)),
    () => benchMetrics(bundles, directory),
    benchAdminCalls,
    benchWrongGuess,
    benchChangingLimit,
  ];
  for (const part of parts) {
    const section = await part();
    sections.push(section);
    if (!json) console.log(section.text);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const limits = sections.flatMap((section) => section.limits);
const broken = limits.filter(isBroken);
if (json) {
  const parts = Object.fromEntries(sections.map(({ name, rows }) => [name, rows]));
  console.log(JSON.stringify({ ...parts, limits, ok: broken.length === 0 }, null, 2));
} else {
  console.log(`${limits.length - broken.length} of ${limits.length} limits on counts and sizes hold.`);
  for (const { what, is, atMost } of broken) console.log(`Broken: ${what}: ${is}, at most ${atMost}`);
}
if (broken.length > 0) process.exitCode = 1;
