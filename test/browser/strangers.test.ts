import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished } from 'vitest';
import type { ServedScene } from '../page/serve-scene.ts';
import { EVIL, test } from './opened.ts';

const OTHER_SITE = `<!doctype html><meta charset="utf-8"><title>other</title><body><script>${readFileSync(
  new URL('other-site.js', import.meta.url),
  'utf8',
)}</script>`;

/** Another site on this machine, which keeps what it is told. */
async function openOtherSite() {
  const told: IncomingHttpHeaders[] = [];
  const server = createServer(({ url, headers }, response) => {
    // A browser asks for that by itself.
    if (url !== '/favicon.ico') told.push(headers);
    response.setHeader('content-type', 'text/html').end(OTHER_SITE);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, told };
}

/** The statuses of what the page's server answers to this tab from now on. */
function answersOf(page: Page, url: string): readonly number[] {
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).port === new URL(url).port) statuses.push(response.status());
  });
  return statuses;
}

/** Whether anything is paused, which is what the other site tries to bring about. */
async function isPaused({ ledger }: ServedScene): Promise<boolean> {
  return (await ledger.getState('pause'))?.all != null;
}

describe('another site in the same browser, even one that knows the token', () => {
  for (const way of [
    'a fetch that would read',
    'a fetch that would act',
    'a request for which no browser asks first',
    'an image',
    'a script',
    'a style sheet',
    'an event source',
    'a frame',
  ]) {
    test(`is refused ${way}`, async ({ open }) => {
      const { page, scene } = await open({ blank: true, scene: { allowChanges: true } });
      const { port } = await openOtherSite();
      for (const host of ['localhost', EVIL]) {
        await page.goto(`http://${host}:${port}/`);
        const answers = answersOf(page, scene.url);
        const came = await page.evaluate(`attempt(${JSON.stringify(way)}, ${JSON.stringify(scene.url)})`);
        expect({ host, came }).toEqual({ host, came: 'failed' });
        expect(answers.filter((status) => status !== 403)).toEqual([]);
      }
      expect(await isPaused(scene)).toBe(false);
    });
  }

  test('is refused a form that it sends', async ({ open }) => {
    const { page, scene } = await open({ blank: true, scene: { allowChanges: true } });
    const { port } = await openOtherSite();
    await page.goto(`http://${EVIL}:${port}/`);
    await page.setContent(
      `<form action="${scene.url}ask/pause" method="post" enctype="text/plain"><button>Send</button></form>`,
    );
    const answered = page.waitForResponse((response) => response.url().startsWith(scene.url));
    await page.getByRole('button').click();
    expect((await answered).status()).toBe(403);
    expect(await isPaused(scene)).toBe(false);
  });

  test('cannot lead to the page by a link', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    const { port } = await openOtherSite();
    await page.goto(`http://${EVIL}:${port}/`);
    await page.setContent(`<a href="${scene.url}">Look</a>`);
    const answered = page.waitForResponse(scene.url);
    await page.getByRole('link').click();
    expect((await answered).status()).toBe(403);
  });
});

/** What the server says to somebody who opens an address; an error without a word is no page to the browser. */
async function statusAt(page: Page, url: string): Promise<number> {
  const answered = page.waitForResponse(url);
  await page.goto(url).catch(() => undefined);
  return (await answered).status();
}

describe('an address that is not the one that was printed', () => {
  test('is refused by another name that leads to this machine', async ({ open }) => {
    const { page, scene } = await open({ blank: true });
    expect(await statusAt(page, scene.url.replace('127.0.0.1', EVIL))).toBe(403);
  });

  for (const path of ['', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/', 'page.js']) {
    test(`is told nothing at /${path}`, async ({ open }) => {
      const { page, scene } = await open({ blank: true });
      expect(await statusAt(page, `${new URL(scene.url).origin}/${path}`)).toBe(401);
    });
  }
});

describe('the page itself', () => {
  const VIEWS = ['#/matrix', '#/plan', '#/queue', '#/health'];

  test('asks nobody but what serves it, and says nothing in the console', async ({ open }) => {
    const { page, scene, requests, said } = await open();
    for (const at of VIEWS) {
      await page.goto(`${scene.url}${at}`);
      await page.locator('h2, [role=row]').first().waitFor();
    }
    expect(requests.filter((url) => !url.startsWith(scene.url))).toEqual([]);
    expect(said).toEqual([]);
  });

  test('reaches nobody else, whatever runs in it', async ({ open }) => {
    const { page } = await open();
    const { port, told } = await openOtherSite();
    const reach = `fetch('http://localhost:${port}/', { mode: 'no-cors' }).then(String, () => 'failed')`;
    const came = await page.evaluate(reach);
    expect(came).toBe('failed');
    expect(told).toEqual([]);
  });

  test('tells nobody where it was when it is left', async ({ open }) => {
    const { page } = await open();
    const { port, told } = await openOtherSite();
    await page.evaluate(`location.assign('http://localhost:${port}/')`);
    await page.waitForURL(`http://localhost:${port}/`);
    expect(told.map(({ referer }) => referer)).toEqual([undefined]);
  });
});
