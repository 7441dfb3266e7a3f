import { parseArgs } from 'node:util';
import { ckpt } from '../test/sandbox/ckpt.ts';
import { openBrowser } from './ckpt/ui/open-browser.ts';
import { play } from './local/play.ts';
import { Progress } from './local/progress.ts';
import { openPage, openScene, shareOneJob } from './local/scene.ts';

const HELP = `npm start [-- --once]

Runs Checkpoint Sharing on this machine: a local cloud, a fake OpenAI and the real stack, serves the page of it, and
shares one job. On a terminal it stays up to play with; --once ends it when the job is shared.`;

const { values } = parseArgs({ options: { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const ends: (() => Promise<void>)[] = [];
let ending: Promise<unknown> | undefined;
const end = () => {
  ending ??= Promise.allSettled(ends.toReversed().map((close) => close()));
  return ending;
};
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => end().then(() => process.exit(code)));
}

try {
  const progress = new Progress();
  const keep = (close: () => Promise<void>) => ends.push(close);
  const scene = await openScene(progress, keep);
  // Before anything happens, so that it is seen happening.
  const page = await openPage(scene, progress, keep);
  const isPlayed = process.stdin.isTTY && process.stdout.isTTY && !values.once;
  // Its address may be seen among the arguments of the browser: all that it is good for is made up.
  if (isPlayed) openBrowser(page);
  await shareOneJob(scene, progress);
  const { stdout } = await ckpt(scene.cloud, ['list']);
  console.log(`\n$ npx ckpt list\n${stdout}`);
  if (isPlayed) await play(scene, progress);
  await end();
} catch (error) {
  // A signal ends what runs, and what runs then fails: that is no news.
  if (ending === undefined) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  await end();
}
