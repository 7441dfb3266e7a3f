import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../../browser/chromium.ts';
import { serveScene } from '../../page/serve-scene.ts';
import { CATEGORIES, type Tasks, tasksOf } from './trace.ts';

export const CHECKPOINTS = 10_000;
export const PROJECTS = 20;

/** How long it takes, in milliseconds since the address was opened. */
export interface View {
  /** Until the first checkpoints are seen. */
  readonly firstMs: number;
  /** Until all of them are there. */
  readonly allMs: number;
}

export interface Acted extends Tasks {
  readonly what: string;
}

export interface Measured {
  readonly views: readonly View[];
  readonly acted: readonly Acted[];
}

const VIEWS = 5;
const WINDOW = { width: 1440, height: 900 };

/** What somebody does who looks for something: typing in the search, and scrolling by wheel and by keys. */
const DOES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'typing in the search': async (page) => {
    const search = page.getByRole('searchbox');
    await search.focus();
    for (const text of ['support', 'state:drifted', 'gpt-4.1 sql']) {
      for (const letter of text) await press(page, letter);
      for (const _ of text) await press(page, 'Backspace');
    }
  },
  'scrolling by wheel': async (page) => {
    await page.mouse.move(WINDOW.width / 2, WINDOW.height / 2);
    for (let turn = 0; turn < 60; turn++) await wheel(page, 400);
    for (let turn = 0; turn < 60; turn++) await wheel(page, -2_000);
  },
  'scrolling by keys': async (page) => {
    await page.locator('[role=grid] [tabindex="0"]').focus();
    for (const key of ['PageDown', 'Control+End', 'PageUp', 'Control+Home', 'ArrowDown', 'ArrowRight']) {
      for (let turn = 0; turn < 8; turn++) await press(page, key);
    }
  },
};

/** Between two keys of somebody fast. */
const KEY_MS = 60;

async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key === ' ' ? 'Space' : key);
  await sleep(KEY_MS);
}

async function wheel(page: Page, by: number): Promise<void> {
  await page.mouse.wheel(0, by);
  await sleep(16);
}

/** Opens the page over a large ledger in memory, several times, and does on it what somebody would do. */
export async function measurePage(onProgress: (line: string) => void): Promise<Measured> {
  const browser = await startChromium();
  onProgress(`Making a ledger of ${CHECKPOINTS} checkpoints`);
  const scene = await serveScene({ checkpoints: CHECKPOINTS, projects: PROJECTS });
  try {
    const views: View[] = [];
    for (let view = 0; view < VIEWS; view++) {
      onProgress(`Opening it (${view + 1} of ${VIEWS})`);
      const { page, ...times } = await openIt(browser, scene.url);
      views.push(times);
      await page.close();
    }
    const { page } = await openIt(browser, scene.url);
    const acted: Acted[] = [];
    for (const [what, act] of Object.entries(DOES)) {
      onProgress(what);
      await browser.startTracing(page, { categories: CATEGORIES });
      await act(page);
      acted.push({ what, ...tasksOf(await browser.stopTracing()) });
    }
    return { views, acted };
  } finally {
    await browser.close();
    await scene.close();
  }
}

/** When the first checkpoint and when all are painted: a frame after they are there. */
const WATCH = `
  const painted = (selector) => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(selector) === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
    observer.observe(document, { childList: true, subtree: true, attributes: true });
  });
  globalThis.painted = { first: painted('.line:not(.source)'), all: painted('[role=grid][aria-busy=false]') };
`;

async function openIt(browser: Browser, url: string): Promise<View & { readonly page: Page }> {
  const page = await browser.newPage({ viewport: WINDOW });
  await page.addInitScript(WATCH);
  await page.goto(url);
  return { page, firstMs: await page.evaluate('painted.first'), allMs: await page.evaluate('painted.all') };
}
