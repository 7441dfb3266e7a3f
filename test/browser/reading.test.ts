import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { ServedScene } from '../page/serve-scene.ts';
import { answering, FAILED } from './answering.ts';
import { test } from './opened.ts';

/** From now on waits until the pages are told of events; comes back with what ends when they are. */
async function listening(page: Page): Promise<() => Promise<unknown>> {
  await page.evaluate(`new Promise((resolve) => {
    const source = new EventSource('changes');
    source.onopen = resolve;
    window.told = new Promise((tell) => {
      source.onmessage = ({ data }) => {
        if (JSON.parse(data).kind !== 'events') return;
        source.close();
        tell();
      };
    });
  })`);
  return () => page.evaluate('window.told');
}

/** Makes a checkpoint that waits for prod-eu an active one, as the share function does. Comes back with its id. */
async function grantOne({ ledger }: ServedScene): Promise<string> {
  const { items } = await ledger.listCheckpoints(null);
  for (const record of items) {
    const pending = Object.entries(record.permissions).find(([, { state }]) => state === 'pending');
    if (pending === undefined) continue;
    const [projectId, permission] = pending;
    const granted = { ...permission, state: 'active' as const, permissionId: 'cp_Granted' };
    await ledger.saveCheckpoint({ ...record, permissions: { ...record.permissions, [projectId]: granted } }, record);
    return record.checkpoint;
  }
  throw new Error('Nothing is pending.');
}

/** Has the ledger not be read, until what comes back is called. */
async function breaking(page: Page): Promise<() => void> {
  let isWell = false;
  await answering(page, 'list', (route) => (isWell ? route.fallback() : route.fulfill({ json: FAILED })));
  return () => {
    isWell = true;
  };
}

describe('a ledger that could not be read', () => {
  test('is read as soon as it can be, though nothing has happened meanwhile', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    const mend = await breaking(page);
    await page.clock.install();
    await page.goto(scene.url);
    const alert = page.getByRole('alert');
    await page.getByText('live', { exact: true }).waitFor();
    await alert.waitFor();
    mend();
    await page.clock.runFor(20_000);
    await page.getByText('40 checkpoints', { exact: true }).waitFor();
    await alert.waitFor({ state: 'detached' });
  });

  test('is not taken for one that was, because something has happened', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    const mend = await breaking(page);
    await page.goto(scene.url);
    await page.getByRole('alert').waitFor();
    const told = await listening(page);
    mend();
    await grantOne(scene);
    await told();
    await page.getByText('40 checkpoints', { exact: true }).waitFor();
  });
});

describe('what happens', () => {
  test('while the ledger is first read is not lost', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await answering(page, 'list', async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    const read = page.waitForRequest('**/ask/list');
    await page.goto(scene.url);
    await read;
    const told = await listening(page);
    const checkpoint = await grantOne(scene);
    await told();
    await page.evaluate(
      `fetch('ask/show', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"what":"${checkpoint}"}' })`,
    );
    release();
    await page.getByText('40 checkpoints', { exact: true }).waitFor();
    await page.getByRole('searchbox').fill('cp_Granted');
    await page.getByText('1 checkpoint of 40', { exact: true }).waitFor();
  });

  test('and could not be read is read with what comes next', async ({ open }) => {
    const { page, scene } = await open();
    await page.getByText('40 checkpoints', { exact: true }).waitFor();
    let left = 1;
    await answering(page, 'show', (route) => (left-- > 0 ? route.fulfill({ json: FAILED }) : route.fallback()));
    await grantOne(scene);
    await page.getByRole('alert').waitFor();
    const told = await listening(page);
    await grantOne(scene);
    await told();
    await page.getByRole('searchbox').fill('cp_Granted');
    await page.getByText('2 checkpoints of 40', { exact: true }).waitFor();
  });

  test('while something is asked has it asked once more, when it is answered', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    let asked = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await answering(page, 'plan', async (route) => {
      if (asked++ === 0) await held;
      await route.fallback();
    });
    await page.goto(`${scene.url}#/plan`);
    await page.getByText('live', { exact: true }).waitFor();
    for (let change = 0; change < 2; change++) {
      const told = await listening(page);
      const read = page.waitForResponse('**/ask/show');
      await grantOne(scene);
      await told();
      await read;
    }
    await page.evaluate("fetch('about')");
    expect(asked).toBe(1);
    release();
    await page.getByRole('gridcell').first().waitFor();
    await expect.poll(() => asked).toBe(2);
  });
});
