import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { newCheckpoint } from '../../lambdas/core/checkpoint/record.ts';
import type { ServedScene } from '../page/serve-scene.ts';
import { aJobRecord, aPermission } from '../use-cases/operate/ask.ts';
import { test } from './opened.ts';
import { SHOWN } from './shown.ts';

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
    const heading = await story.getByRole('heading', { level: 2 }).textContent();
    await expect.poll(() => focused(page)).toBe(heading);
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

describe('where somebody is', () => {
  /** Puts a job at the top of the matrix, as observe does when one has ended. */
  async function addJob({ ledger }: ServedScene): Promise<void> {
    const jobId = 'ftjob-BrandNew';
    const checkpoint = 'ft:gpt-4o-mini-2024-07-18:org:brand-new:BrandNew';
    await ledger.saveJob({ ...aJobRecord(), jobId, source: 'research', createdAt: Date.now(), checkpoints: [] });
    const before = newCheckpoint(checkpoint, { source: 'research', jobId });
    const permissions = { proj_A: aPermission('proj_A', 'active', { permissionId: 'cp_new' }) };
    await ledger.saveCheckpoint({ ...before, permissions }, before);
  }

  test('in the matrix stays with its checkpoint when others come above it', async ({ open }) => {
    const { page, scene } = await open();
    await page.getByRole('gridcell').first().waitFor();
    await page.locator('[role=grid] [tabindex="0"]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    const place = () =>
      page.evaluate('document.activeElement.closest("[data-line]")?.querySelector("[role=rowheader]").title');
    await expect.poll(place).toMatch(/^ft:/);
    const before = await place();
    await addJob(scene);
    await page.getByRole('rowheader', { name: /^brand-new/ }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await place()).toBe(before);
    await page.keyboard.press('Enter');
    expect(await page.getByRole('complementary').locator('.id code').first().textContent()).toBe(before);
  });

  test('in the matrix is where it was seen, too, by whoever has scrolled there', async ({ open }) => {
    const { page, scene } = await open({ checkpoints: 300 });
    await page.getByRole('gridcell').first().waitFor();
    await page.getByRole('grid').hover();
    await page.mouse.wheel(0, 3_000);
    const seen = () =>
      page.evaluate(`(() => {
        const { left, bottom } = document.querySelector('.heads').getBoundingClientRect();
        return document.elementFromPoint(left + 20, bottom + 100).closest('[data-line]').querySelector('[role=rowheader]').title;
      })()`);
    await expect.poll(() => page.evaluate(`document.querySelector('.grid').scrollTop`)).toBe(3_000);
    await expect.poll(seen).toMatch(/^ft:/);
    const before = await seen();
    await addJob(scene);
    await page.getByText('302 checkpoints', { exact: true }).waitFor();
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    expect(await seen()).toBe(before);
  });

  test('is left by Escape a layer at a time', async ({ open }) => {
    const { page } = await open({ scene: { allowChanges: true } });
    await SHOWN['dialog of an act'].show(page);
    const story = page.getByRole('complementary');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await story.count()).toBe(1);
    await page.keyboard.press('Escape');
    await story.waitFor({ state: 'detached' });
  });

  test('is a step back away, however often it was gone to', async ({ open }) => {
    const { page } = await open();
    const cell = page.getByRole('gridcell', { name: ': active' }).first();
    const length = () => page.evaluate('history.length');
    const before = Number(await length());
    await cell.click();
    await page.getByRole('complementary').waitFor();
    await cell.click();
    await cell.click();
    expect(await length()).toBe(before + 1);
    await page.goBack();
    await page.getByRole('complementary').waitFor({ state: 'detached' });
  });

  test('is seen at a zoom of 400 %', async ({ open }) => {
    for (const at of ['#/matrix', '#/plan']) {
      const { page } = await open({ at, viewport: { width: 320, height: 256 } });
      await page.getByRole('gridcell').first().waitFor();
      const cell = page.getByRole('gridcell').first();
      await cell.scrollIntoViewIfNeeded();
      await cell.click();
      await page.getByRole('complementary').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    }
  });
});
