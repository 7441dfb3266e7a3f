import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { type OpenOptions, test } from './opened.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What WCAG 2.2 on level AA asks for, and what is good practice besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong with the page as it is, each with where. */
async function violationsOn(page: Page): Promise<readonly string[]> {
  // Put in before there is a policy of the page's: nothing can be put in later.
  return page.evaluate(`axe.run({ runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ': ' + failureSummary)))`);
}

type Show = (page: Page) => Promise<unknown>;

const SHOWN: Readonly<Record<string, { readonly at: string; readonly show: Show }>> = {
  matrix: { at: '#/matrix', show: (page) => page.getByRole('gridcell').first().waitFor() },
  'story of a checkpoint': {
    at: '#/matrix',
    async show(page) {
      await page.getByRole('rowheader', { name: ', final, ' }).first().click();
      await page.getByRole('complementary').getByRole('img').first().waitFor();
    },
  },
  'story of a cell': {
    at: '#/matrix',
    async show(page) {
      await page.getByRole('gridcell', { name: ': active' }).first().click();
      await page.getByRole('complementary').getByText('Wanted by').waitFor();
    },
  },
  plan: {
    at: '#/plan',
    show: (page) => page.getByRole('main', { name: 'Plan' }).getByRole('heading').first().waitFor(),
  },
  queue: {
    at: '#/queue',
    show: (page) => page.getByRole('main', { name: 'Queue' }).getByRole('heading').first().waitFor(),
  },
  health: {
    at: '#/health',
    show: (page) => page.getByRole('main', { name: 'Health' }).getByRole('heading').first().waitFor(),
  },
};

const LOOKS: Readonly<Record<string, OpenOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'light, on a telephone': { colorScheme: 'light', viewport: { width: 360, height: 740 } },
};

describe('axe finds nothing wrong with the', () => {
  for (const [name, { at, show }] of Object.entries(SHOWN)) {
    for (const [look, options] of Object.entries(LOOKS)) {
      test(`${name}, ${look}`, async ({ open }) => {
        const { page } = await open({ at, allowChanges: true, script: AXE, ...options });
        await show(page);
        expect(await violationsOn(page)).toEqual([]);
      });
    }
  }
});
