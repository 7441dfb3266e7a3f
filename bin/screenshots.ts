import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChromium } from '../test/browser/chromium.ts';
import { withPalette } from '../test/browser/palette.ts';
import { SHOWN, type Shown } from '../test/browser/shown.ts';
import { serveScene } from '../test/page/serve-scene.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'page');

/** A telephone, a laptop and a wall. */
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1200 },
];

/** What of all that the page shows is shown in the docs, by the names of the files. */
const TAKEN: Readonly<Record<string, Shown>> = {
  matrix: SHOWN.matrix,
  story: SHOWN['story of a permission'],
  act: SHOWN['dialog of an act'],
  plan: SHOWN['plan on the matrix'],
  confirm: SHOWN['plan that waits'],
  queue: SHOWN.queue,
  health: SHOWN.health,
};

/** By name and width: those that are there in the dark as well. */
const DARK = ['story-1280'];

const browser = await startChromium();
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
for (const [name, { at = '', scene: options, show }] of Object.entries(TAKEN)) {
  const scene = await serveScene({ checkpoints: 400, projects: 14 }, { allowChanges: true, ...options });
  const take = async (viewport: (typeof SIZES)[number], colorScheme: 'light' | 'dark', file: string) => {
    const page = await browser.newPage({ viewport, colorScheme });
    await page.goto(`${scene.url}${at}`);
    await show(page);
    await page.getByText('live', { exact: true }).waitFor();
    // What is pointed at looks otherwise.
    await page.mouse.move(0, 0);
    await writeFile(join(FOLDER, file), withPalette(await page.screenshot({ animations: 'disabled' })));
    console.log(`docs/page/${file}`);
    await page.close();
  };
  for (const size of SIZES) {
    const taken = `${name}-${size.width}`;
    await take(size, 'light', `${taken}.png`);
    if (DARK.includes(taken)) await take(size, 'dark', `${taken}-dark.png`);
  }
  await scene.close();
}
await browser.close();
