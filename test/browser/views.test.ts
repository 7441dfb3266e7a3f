import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { aJobRecord } from '../use-cases/operate/ask.ts';
import { test } from './opened.ts';
import { SHOWN } from './shown.ts';

const POLICY = `version: 1
projects:
  research: { id: proj_research000000000000, source: {} }
  brand-new: { id: proj_brandnew00000000000 }
rules:
  - name: every final model
    from: [research]
    to: [brand-new]
`;

/** What the search and the filters leave, as the page counts it. */
function summary(page: Page): Promise<string | null> {
  return page.locator('output').textContent();
}

async function dropFile(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
    for (const kind of ['dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
    }
  })()`);
}

describe('the tab', () => {
  test('says which stack is looked at, for those who have the pages of two open', async ({ open }) => {
    const { page } = await open();
    await expect.poll(() => page.title()).toBe('Matrix · CheckpointSharing · eu-west-1');
  });
});

describe('the matrix', () => {
  test('is narrowed by what is typed, chosen and clicked, and the address says how', async ({ open }) => {
    const { page, scene } = await open();
    await expect.poll(() => summary(page)).toBe('40 checkpoints');
    await page.getByRole('searchbox').fill('support');
    await expect.poll(() => summary(page)).toMatch(/^\d+ checkpoints? of 40$/);
    await page.getByRole('combobox', { name: 'Project' }).selectOption('prod-eu');
    await page.getByRole('button', { name: /^active/ }).click();
    await expect.poll(() => page.url()).toContain('q=support+project%3Aprod-eu+state%3Aactive');
    const narrowed = await summary(page);
    await page.goto('about:blank');
    await page.goto(`${scene.url}#/matrix?q=support+project%3Aprod-eu+state%3Aactive`);
    await expect.poll(() => summary(page)).toBe(narrowed);
  });

  test('has columns for those that somebody shares with, and the others when they are asked for', async ({ open }) => {
    const { page } = await open();
    const columns = page.getByRole('columnheader');
    await page.getByRole('button', { name: /empty projects$/ }).click();
    await columns.getByText('research', { exact: true }).waitFor();
    const unfolded = await columns.count();
    await page.getByRole('button', { name: /^Fold/ }).click();
    expect(await columns.count()).toBeLessThan(unfolded);
  });

  for (const [format, starts] of [
    ['CSV', 'source,'],
    ['JSON', '['],
    ['SVG', '<svg'],
  ] as const) {
    test(`is saved as ${format}, as it is narrowed`, async ({ open }) => {
      const { page } = await open({ at: '#/matrix?q=state:active' });
      await page.getByText('Export').click();
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: format }).click();
      const file = await saving;
      expect(file.suggestedFilename()).toBe(`checkpoint-sharing.${format.toLowerCase()}`);
      expect((await readFile(await file.path(), 'utf8')).trimStart().startsWith(starts)).toBe(true);
    });
  }

  test('shows what happens while it is open', async ({ open }) => {
    const { page, scene } = await open({ at: '#/matrix?q=state:pending' });
    const pending = page.getByRole('gridcell', { name: /^prod-eu: pending/ });
    await pending.first().waitFor();
    const { items } = await scene.ledger.listCheckpoints(null);
    for (const record of items) {
      const permissions = Object.entries(record.permissions).map(([id, permission]) => [
        id,
        permission.state === 'pending'
          ? { ...permission, state: 'active', permissionId: `cp_${record.checkpoint}${id}` }
          : permission,
      ]);
      await scene.ledger.saveCheckpoint({ ...record, permissions: Object.fromEntries(permissions) }, record);
    }
    await page.getByText('Nothing fits').waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page
      .getByRole('gridcell', { name: /^prod-eu: active/ })
      .first()
      .waitFor();
  });
});

describe('the story', () => {
  test('of a permission says who wants it, since when, by whom, and how the training went', async ({ open }) => {
    const { page } = await open();
    await SHOWN['story of a permission'].show(page);
    const story = page.getByRole('complementary');
    await story.getByRole('img', { name: /^Loss over steps/ }).waitFor();
    const text = await story.textContent();
    for (const part of [
      'Wanted byrule “',
      'Shared',
      'What happened',
      'wants it',
      'shared',
      'by share',
      'final model',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('of what nobody has shared is that of its job', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    const finalModel = 'ft:gpt-4o-mini-2024-07-18:org:matches-nothing:Unshared';
    const facts = { source: 'research', jobId: 'ftjob-Unshared', finalModel, note: 'No rule matches it.' };
    const checkpoint = { checkpoint: finalModel, step: 90, final: true, metrics: { train_loss: 0.3 } };
    await scene.ledger.saveJob({ ...aJobRecord(facts), checkpoints: [checkpoint] });
    await page.goto(`${scene.url}#/matrix?q=matches-nothing`);
    await page.getByRole('rowheader', { name: /^matches-nothing/ }).click();
    const story = page.getByRole('complementary');
    await story.getByRole('img', { name: /^Loss over steps/ }).waitFor();
    expect(await story.getByRole('alert').count()).toBe(0);
    expect(await story.textContent()).toContain('Nothing was done yet.');
  });

  test('of a permission has an address of its own', async ({ open }) => {
    const { page } = await open();
    await SHOWN['story of a permission'].show(page);
    const heading = await page.getByRole('complementary').getByRole('heading').first().textContent();
    await page.reload();
    expect(await page.getByRole('complementary').getByRole('heading').first().textContent()).toBe(heading);
    await page.goBack();
    await page.getByRole('complementary').waitFor({ state: 'detached' });
  });
});

describe('the plan', () => {
  test('says what would change, with calls and time, on the matrix and as a list', async ({ open }) => {
    const { page } = await open({ at: '#/plan' });
    expect(await page.getByRole('status').first().textContent()).toMatch(/\d+ to share.*admin calls/s);
    await page
      .getByRole('gridcell', { name: /to share/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'List' }).click();
    await page.getByRole('table').getByText('to share').first().waitFor();
    await expect.poll(() => page.url()).toContain('as=list');
  });

  test('of a file that is dropped says what that would change, and goes back', async ({ open }) => {
    const { page } = await open();
    await dropFile(page, 'sharing.yaml', POLICY);
    await page.getByRole('heading', { name: 'What sharing.yaml would change' }).waitFor();
    await page.getByRole('columnheader', { name: 'brand-new' }).waitFor();
    await page.getByRole('button', { name: 'Back to the deployed policy' }).click();
    await page.getByRole('heading', { name: 'What would bring OpenAI to the policy' }).waitFor();
  });

  test('of a file with mistakes names each with its line', async ({ open }) => {
    const { page } = await open();
    await dropFile(page, 'sharing.yaml', POLICY.replace('to:', 'too:').replace('id: proj_brand', 'idd: proj_brand'));
    const alert = page.getByRole('alert');
    await alert.getByRole('listitem').nth(1).waitFor();
    expect(await alert.textContent()).toMatch(/sharing\.yaml.*:\d+/s);
  });
});

describe('the queue', () => {
  test('shows each window as it fills, when the next call may go, and what waits', async ({ open }) => {
    const { page } = await open({ at: '#/queue' });
    const windows = page.getByRole('list', { name: 'Pace of each admin endpoint' }).getByRole('listitem');
    expect(await windows.filter({ hasText: 'POST' }).textContent()).toContain('of 6');
    expect(await windows.filter({ hasText: 'LIST' }).textContent()).toContain('OpenAI answered 429');
    const first = page.getByRole('row').nth(1);
    expect(await first.getByRole('cell').first().textContent()).toBe('1');
    await first.getByRole('link').click();
    await page.getByRole('complementary').waitFor();
  });
});

describe('health', () => {
  test('shows what the doctor finds with its mends, the sources, and when keys end', async ({ open }) => {
    const { page } = await open({ at: '#/health', scene: { idle: true } });
    await page.getByText(/^Looked at/).waitFor();
    expect(await page.locator('.mend').first().textContent()).not.toBe('');
    await page.getByText('Keys of applied').waitFor();
    expect(await page.getByRole('row', { name: /break-glass/ }).textContent()).toMatch(/in \d+ days/);
  });
});

describe('on a telephone', () => {
  for (const [name, { at = '', scene, show }] of Object.entries(SHOWN).map(
    ([name, shown]) => [name, { at: '', scene: {}, ...shown }] as const,
  )) {
    test(`nothing is wider than it: ${name}`, async ({ open }) => {
      const { page } = await open({ at, scene, viewport: { width: 360, height: 740 } });
      await show(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    });
  }
});
