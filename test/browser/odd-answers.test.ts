import type { Page, Request } from 'playwright-core';
import { describe, expect } from 'vitest';
import { answering, FAILED } from './answering.ts';
import { type OpenOptions, test } from './opened.ts';
import { SHOWN } from './shown.ts';

const LATER = {
  ok: false,
  error: { name: 'NoSlotError', message: 'The next admin call can go in 12 s.', next: 'Ask again later.' },
  retryAfterSeconds: 12,
};

const ACTING: OpenOptions = { scene: { allowChanges: true, idle: true } };

/** Changes a part of what the operator function answers. */
async function changing(page: Page, command: string, from: string | RegExp, to: string): Promise<void> {
  await answering(page, command, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll(from, to) });
  });
}

/** Whether a command is asked for in earnest. */
function isInEarnest(request: Request, command: string): boolean {
  return request.url().endsWith(`/ask/${command}`) && !request.postData()?.includes('"dryRun":true');
}

describe('a stack of another version', () => {
  test('may have states that the page does not know', async ({ open }) => {
    const { page, scene, said } = await open({ blank: true });
    await changing(page, 'list', '"state":"active"', '"state":"suspended"');
    await page.goto(scene.url);
    await page.getByText('40 checkpoints', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^other/ }).click();
    await page
      .getByRole('gridcell', { name: /: other\. .*update ckpt/i })
      .first()
      .waitFor();
    await page.getByText('Export').click();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'SVG' }).click();
    await saving;
    expect(said).toEqual([]);
  });

  test('of which a view cannot be drawn leaves the others as they are', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    await changing(page, 'plan', '"change":"share"', '"change":"lend"');
    await page.goto(`${scene.url}#/plan?as=list`);
    const alert = page.getByRole('alert');
    expect(await alert.textContent()).toMatch(/cannot be drawn.*version/s);
    await page.getByRole('link', { name: 'Matrix' }).click();
    await page.getByRole('gridcell').first().waitFor();
    expect(await alert.count()).toBe(0);
  });
});

describe('what can be done later', () => {
  test('is asked for again when it can be', async ({ open }) => {
    const { page, scene } = await open({ blank: true, scene: { idle: true } });
    let left = 1;
    await answering(page, 'list-admin-keys', (route) =>
      left-- > 0 ? route.fulfill({ json: LATER }) : route.fallback(),
    );
    await page.clock.install();
    await page.goto(`${scene.url}#/health`);
    const keys = page.getByRole('region', { name: 'Admin keys', exact: true });
    expect(await keys.getByRole('alert').textContent()).toContain('in 12 s');
    await page.clock.runFor(13_000);
    await keys.getByRole('row', { name: /break-glass/ }).waitFor();
    expect(await keys.getByRole('alert').count()).toBe(0);
  });

  test('is asked for again, whatever it failed by, when the ledger can be read again', async ({ open }) => {
    const { page, scene } = await open({ blank: true, scene: { idle: true } });
    let left = 1;
    await answering(page, 'list-admin-keys', (route) =>
      left-- > 0 ? route.fulfill({ json: FAILED }) : route.fallback(),
    );
    await page.route('**/changes', (route) => {
      const news = JSON.stringify({ kind: 'problem', problem: FAILED.error });
      const body = `retry: 50\ndata: ${news}\n\n`;
      return left > 0 ? route.fulfill({ contentType: 'text/event-stream', body }) : route.fallback();
    });
    await page.goto(`${scene.url}#/health`);
    await page.getByRole('row', { name: /break-glass/ }).waitFor();
  });
});

describe('an act of which no answer comes', () => {
  for (const [what, end] of [
    ['the connection is lost', 'abort'],
    ['the function does not finish in time', 'time out'],
    ['the answer is cut short', 'cut'],
  ] as const) {
    test(`is not said to be undone: ${what}`, async ({ open }) => {
      const { page } = await open(ACTING);
      await SHOWN['dialog of an act'].show(page);
      await answering(page, 'revoke', (route) => {
        if (!isInEarnest(route.request(), 'revoke')) return route.fallback();
        if (end === 'cut') return route.fulfill({ contentType: 'application/json', body: '{"ok":tr' });
        return end === 'abort' ? route.abort() : route.fulfill({ json: FAILED });
      });
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
      expect(await dialog.getByRole('alert').textContent()).toContain('Whether it was done is not known');
    });
  }

  test('is asked for once, however often the button is pressed', async ({ open }) => {
    const { page } = await open(ACTING);
    await SHOWN['dialog of an act'].show(page);
    let asked = 0;
    page.on('request', (request) => {
      if (isInEarnest(request, 'revoke')) asked++;
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).dblclick();
    await page.getByRole('heading', { name: 'Done' }).waitFor();
    expect(asked).toBe(1);
  });
});

describe('what was done just now', () => {
  test('is not yet to come, though this machine is behind', async ({ open }) => {
    const { page, scene } = await open({ blank: true, ...ACTING });
    await page.clock.install({ time: Date.now() - 40_000 });
    await page.goto(scene.url);
    await SHOWN['dialog of an act'].show(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const first = page.locator('.happened li').first();
    await first.getByText('revoking').waitFor();
    expect(await first.getByRole('time').textContent()).toBe('now');
  });

  test('is read out each time, the same twice over, too', async ({ open }) => {
    const { page } = await open();
    await SHOWN['story of a permission'].show(page);
    const copy = page.getByRole('complementary').getByRole('button', { name: /^Copy/ }).first();
    const status = page.locator('.unseen[role=status]');
    await copy.click();
    await expect.poll(() => status.textContent()).toMatch(/^(Copied|Selected)/);
    const said = await status.textContent();
    await copy.click();
    await expect.poll(() => status.textContent()).not.toBe(said);
    expect((await status.textContent())?.trim()).toBe(said);
  });
});

describe('nobody is asked while nobody looks', () => {
  test('at the queue', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    await page.clock.install();
    await page.goto(`${scene.url}#/queue`);
    await page.getByRole('heading', { name: 'What waits' }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname.split('/ask/')[1] ?? ''));
    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { get: () => ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await hide(true);
    await page.clock.runFor(60_000);
    await page.evaluate("fetch('about')");
    expect(asked.filter((command) => command === 'status')).toEqual([]);
    await hide(false);
    await page.clock.runFor(1_000);
    await expect.poll(() => asked).toContain('status');
  });
});

describe('a policy file', () => {
  test('larger than any is not sent, and said to be too large', async ({ open }) => {
    const { page } = await open({ at: '#/plan' });
    await page.getByRole('main').waitFor();
    await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(45_000_000)], 'model.bin'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    expect(await page.getByRole('alert').textContent()).toContain('model.bin is larger than');
  });
});
