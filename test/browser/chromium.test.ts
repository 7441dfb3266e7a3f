import { describe, expect, test } from 'vitest';
import { PACKAGED, startChromium } from './chromium.ts';

describe('a browser for the tests', () => {
  const isPackaged = process.platform === 'linux' && process.arch === 'x64';

  test.skipIf(!isPackaged)('comes as a package, with all that it needs', async () => {
    const browser = await startChromium([], PACKAGED);
    const page = await browser.newPage();
    await page.setContent('<p style="font-family: sans-serif">shown ●</p>');
    expect(await page.locator('p').boundingBox()).toMatchObject({ width: expect.toSatisfy((width) => width > 0) });
    await browser.close();
  });

  test.skipIf(!isPackaged)('is the first that starts', async () => {
    const broken = async () => ({ path: '/nowhere/chromium' });
    const browser = await startChromium([], { none: async () => undefined, broken, ...PACKAGED });
    expect(browser.isConnected()).toBe(true);
    await browser.close();
  });

  test('that does not start is told of, with what helps', async () => {
    const starting = startChromium([], { CHROMIUM_PATH: async () => ({ path: '/nowhere/chromium' }) });
    await expect(starting).rejects.toThrow(
      /^No Chromium: CHROMIUM_PATH does not start .* and name it in CHROMIUM_PATH\.$/,
    );
  });
});
