import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { type OpenOptions, test } from './opened.ts';
import { SHOWN, type Shown } from './shown.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What WCAG 2.2 on level AA asks for, and what is good practice besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong with the page as it is, each with where. */
async function violationsOn(page: Page): Promise<readonly string[]> {
  // Put in before there is a policy of the page's: nothing can be put in later.
  return page.evaluate(`axe.run({ runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ': ' + failureSummary)))`);
}

const LOOKS: Readonly<Record<string, OpenOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'light, on a telephone': { colorScheme: 'light', viewport: { width: 360, height: 740 } },
};

describe('axe finds nothing wrong with the', () => {
  for (const [name, { show, ...options }] of Object.entries<Shown>(SHOWN)) {
    for (const [look, looks] of Object.entries(LOOKS)) {
      test(`${name}, ${look}`, async ({ open }) => {
        const { page } = await open({ script: AXE, ...options, ...looks });
        await show(page);
        expect(await violationsOn(page)).toEqual([]);
      });
    }
  }
});
