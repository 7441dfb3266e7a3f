import type { Page } from 'playwright-core';
import type { SceneOptions } from '../page/serve-scene.ts';

/** One thing that the page shows. */
export interface Shown {
  /** Where on the page, behind the #. */
  readonly at?: string;
  readonly scene?: SceneOptions;
  /** Leads to it; done when it is there. */
  readonly show: (page: Page) => Promise<unknown>;
}

/** All that there is to be seen, of the scene that is served for it. */
export const SHOWN = {
  matrix: { show: (page) => page.getByRole('gridcell').first().waitFor() },
  'matrix that nothing fits': { at: '#/matrix?q=nowhere', show: (page) => page.getByText('Nothing fits').waitFor() },
  'story of a checkpoint': {
    async show(page) {
      await page.getByRole('rowheader', { name: ', final, ' }).first().click();
      await page.getByRole('complementary').getByRole('img').first().waitFor();
    },
  },
  'story of a permission': {
    async show(page) {
      await page.getByRole('gridcell', { name: ': active' }).first().click();
      await page.getByRole('complementary').getByText('Wanted by', { exact: true }).waitFor();
    },
  },
  'dialog of an act': {
    scene: { allowChanges: true },
    async show(page) {
      await page.getByRole('gridcell', { name: ': active' }).first().click();
      await page.getByRole('button', { name: 'Revoke …' }).click();
      await page.getByRole('dialog').getByText('What it would do').waitFor();
    },
  },
  'plan on the matrix': { at: '#/plan', show: (page) => page.getByRole('gridcell').first().waitFor() },
  'plan as a list': { at: '#/plan?as=list', show: (page) => page.getByRole('table').waitFor() },
  'plan that waits': {
    at: '#/plan',
    scene: { allowChanges: true, waiting: true },
    show: (page) => page.getByRole('textbox').waitFor(),
  },
  queue: { at: '#/queue', show: (page) => page.getByRole('heading', { name: 'What waits' }).waitFor() },
  health: { at: '#/health', show: (page) => page.getByRole('img', { name: 'To know of' }).first().waitFor() },
} as const satisfies Readonly<Record<string, Shown>>;
