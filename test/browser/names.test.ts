import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { ServedScene } from '../page/serve-scene.ts';
import { test } from './opened.ts';
import { SHOWN, type Shown } from './shown.ts';

const MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
const LONG = 'x'.repeat(400);
/** Names that the scene has, as they stand in answers. */
const NAMES = [
  'support models to production',
  'every checkpoint to evals',
  'support-triage',
  'support-desk',
  'break-glass',
];

/** Has everything that somebody may name called this way. */
async function naming(page: Page, scene: ServedScene, name: string): Promise<void> {
  const escaped = JSON.stringify(name).slice(1, -1);
  await page.route(`${scene.url}*/**`, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: NAMES.reduce((left, each) => left.replaceAll(each, escaped), text) });
  });
}

describe('whatever somebody calls a thing', () => {
  for (const [name, { at = '', scene: options = { idle: true }, show }] of Object.entries<Shown>(SHOWN)) {
    test(`is text, and never wider than a telephone: ${name}`, async ({ open }) => {
      for (const each of [MARKUP, LONG]) {
        const { page, scene, said } = await open({
          blank: true,
          scene: options,
          viewport: { width: 360, height: 740 },
        });
        await naming(page, scene, each);
        await page.goto(`${scene.url}${at}`);
        await show(page);
        await expect.poll(() => page.locator('body').textContent()).toContain(each);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
        expect(await page.locator('img, #page script').count()).toBe(0);
        expect(said).toEqual([]);
      }
    });
  }
});
