import { measurePage } from '../test/bench/page/measure.ts';
import { pageSection } from '../test/bench/page/report.ts';
import { isBroken } from '../test/bench/section.ts';

/** Times the page over a large ledger in a browser on this machine; fails where it is slow. */
const { text, limits } = pageSection(await measurePage((line) => console.error(line)));
const broken = limits.filter(isBroken);
console.log(text);
console.log(`${limits.length - broken.length} of ${limits.length} limits hold.`);
for (const { what, is, atMost } of broken) console.log(`Broken: ${what}: ${is.toFixed(1)}, at most ${atMost}`);
if (broken.length > 0) process.exitCode = 1;
