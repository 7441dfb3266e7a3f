import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { test } from './opened.ts';

/** What has the focus, as a screen reader would say it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(
    `(({ ariaLabel, textContent, placeholder }) => ariaLabel ?? (textContent || placeholder))(document.activeElement)`,
  );
}

describe('by keyboard alone', () => {
  test('the first key leads past the header into the view', async ({ open }) => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the matrix');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('Matrix');
  });

  test('the matrix is one stop, in which the arrows lead on', async ({ open }) => {
    const { page } = await open();
    await page.getByRole('gridcell').first().waitFor();
    const stops = page.locator('[role=grid] [tabindex="0"]');
    expect(await stops.count()).toBe(1);
    await stops.focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toMatch(/, final, /);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused(page)).toMatch(/^prod-eu: /);
    await page.keyboard.press('End');
    await expect.poll(() => focused(page)).toMatch(/^support-desk: /);
    expect(await stops.count()).toBe(1);
    await page.keyboard.press('Control+End');
    await expect
      .poll(() => page.evaluate('document.activeElement.closest("[data-line]").ariaRowIndex'))
      .toBe(await page.getByRole('grid').getAttribute('aria-rowcount'));
  });

  test('no line loses the focus, the headings of sources neither, and none of two quick keys is lost', async ({
    open,
  }) => {
    const { page } = await open({ checkpoints: 20 });
    await page.getByRole('gridcell').first().waitFor();
    const line = () => page.evaluate('document.activeElement.closest("[data-line]")?.dataset.line');
    await page.locator('[role=grid] [tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    const last = Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 2;
    for (let at = 1; at <= last; at++) {
      await page.keyboard.press('ArrowDown');
      await expect.poll(line).toBe(String(at));
    }
    for (let at = 0; at < last; at++) await page.keyboard.press('ArrowUp');
    await expect.poll(line).toBe('0');
  });

  test('Enter tells the story of a cell, and Escape leads back to it', async ({ open }) => {
    const { page } = await open();
    await page.getByRole('gridcell').first().waitFor();
    await page.locator('[role=grid] [tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused(page)).toMatch(/^prod-eu: /);
    const cell = await focused(page);
    await page.keyboard.press('Enter');
    const story = page.getByRole('complementary');
    await story.getByText('prod-eu').first().waitFor();
    expect(await focused(page)).toBe(await story.getByRole('heading', { level: 2 }).textContent());
    await page.keyboard.press('Escape');
    await story.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe(cell);
  });

  test('every view is reached, and shows where the focus is', async ({ open }) => {
    const { page } = await open();
    for (const name of ['Plan', 'Queue', 'Health', 'Matrix']) {
      const link = page.getByRole('navigation').getByRole('link', { name });
      await link.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('main', { name }).waitFor();
      expect(await link.getAttribute('aria-current')).toBe('page');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
    }
  });
});
