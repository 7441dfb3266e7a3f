import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { test as base } from 'vitest';
import { type SceneOptions, type ServedScene, serveScene } from '../page/serve-scene.ts';
import { NoChromiumError, startChromium } from './chromium.ts';

/** Nothing here waits for a time to be over; where it takes longer than this, it is not going to be. */
const PATIENCE_MS = 30_000;

/** A name that is no machine's: this browser takes it for 127.0.0.1, as it would where its owner's DNS says so. */
export const EVIL = 'evil.test';

export interface Opened {
  readonly page: Page;
  readonly scene: ServedScene;
  /** Every address that the browser has asked for. */
  readonly requests: readonly string[];
  /** What stands in the console, and what the page has thrown. */
  readonly said: readonly string[];
}

export interface OpenOptions extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme'> {
  /** Where on the page, behind the #. */
  readonly at?: string;
  readonly checkpoints?: number;
  readonly scene?: SceneOptions;
  /** Put into the page before anything of its own runs; later its policy lets nothing in. */
  readonly script?: string;
  /** Takes the address instead of opening the page. */
  readonly blank?: true;
}

let started: Promise<Browser> | undefined;

/** One browser for all tests of a process; it ends with the process. */
function theBrowser(): Promise<Browser> {
  started ??= startChromium([`--host-resolver-rules=MAP ${EVIL} 127.0.0.1`]).catch((error: unknown) => {
    if (error instanceof NoChromiumError) process.stderr.write(`Tests in a browser are skipped. ${error.message}\n`);
    throw error;
  });
  return started;
}

/** Tests that take a browser. Where there is none they are skipped, and say so. */
export const test = base.extend<{ browser: Browser; open: (options?: OpenOptions) => Promise<Opened> }>({
  browser: async ({ skip }, use) => {
    const browser = await theBrowser().catch((error: unknown) => {
      if (error instanceof NoChromiumError) return skip(error.message);
      throw error;
    });
    await use(browser);
  },

  open: async ({ browser }, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use((options) => open(browser, options, (end) => ends.push(end)));
    for (const end of ends.toReversed()) await end();
  },
});

async function open(
  browser: Browser,
  { at = '', checkpoints = 40, scene: options, script = '', blank, ...look }: OpenOptions = {},
  keep: (end: () => Promise<void>) => void,
): Promise<Opened> {
  const scene = await serveScene({ checkpoints, projects: 6 }, options);
  keep(() => scene.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...look });
  keep(() => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(script);
  const page = await context.newPage();
  const requests: string[] = [];
  const said: string[] = [];
  context.on('request', (request) => void requests.push(request.url()));
  page.on('console', (message) => void said.push(message.text()));
  page.on('pageerror', (error) => void said.push(error.message));
  if (!blank) {
    await page.goto(`${scene.url}${at}`);
    await page.locator('#main').waitFor();
  }
  return { page, scene, requests, said };
}
