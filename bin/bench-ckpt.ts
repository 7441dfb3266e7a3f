import { parseArgs } from 'node:util';
import { deployFilled } from '../test/bench/ckpt/deploy.ts';
import { COMMANDS, measure, type Row } from '../test/bench/ckpt/measure.ts';
import { ckptSection } from '../test/bench/ckpt/report.ts';
import { isBroken } from '../test/bench/section.ts';
import { TARGETS } from '../test/bench/sweep/workload.ts';
import { startLocalCloud } from '../test/local-cloud/start.ts';
import { startSandboxOpenAI } from '../test/sandbox/openai.ts';
import { createKeys } from '../test/sandbox/sandbox.ts';

const CHECKPOINTS = 1_000;

/** Times the CLI against a deployed stack with 10,000 permissions; fails where an answer takes too long. */
const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
const onProgress = (line: string) => console.error(line);
const keys = createKeys();
const fake = await startSandboxOpenAI(keys);
const cloud = await startLocalCloud({ onProgress });
const rows: Row[] = [];
try {
  onProgress(`Deploying, and filling a ledger with ${CHECKPOINTS.toLocaleString('en')} checkpoints`);
  await deployFilled(cloud, fake, keys, CHECKPOINTS);
  for (const command of COMMANDS) {
    onProgress(`Timing ckpt ${command}`);
    rows.push(await measure(cloud, command));
  }
} finally {
  await cloud.stop();
  await fake.close();
}

const { text, limits } = ckptSection(rows, CHECKPOINTS * TARGETS);
const broken = limits.filter(isBroken);
if (json) console.log(JSON.stringify({ ckpt: rows, limits, ok: broken.length === 0 }, null, 2));
else {
  console.log(text);
  console.log(`${limits.length - broken.length} of ${limits.length} limits hold.`);
  for (const { what, is, atMost } of broken) console.log(`Broken: ${what}: ${is}, at most ${atMost}`);
}
if (broken.length > 0) process.exitCode = 1;
