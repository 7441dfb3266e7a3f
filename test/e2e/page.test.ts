import { afterAll, beforeAll, expect } from 'vitest';
import { test } from '../browser/opened.ts';
import { startCkpt } from '../sandbox/ckpt.ts';
import { TARGETS } from '../sandbox/sandbox.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('from the webhook to the green cell, a finished job is seen being shared on the page', async ({ browser }) => {
  const served = startCkpt(stage.cloud, ['ui', '--no-open']);
  const context = await browser.newContext();
  context.setDefaultTimeout(90_000);
  try {
    const page = await context.newPage();
    await page.goto(await served.firstLine);
    await page.getByText('The ledger has no checkpoint yet.').waitFor();
    await page.getByText('live', { exact: true }).waitFor();

    const job = stage.addJob(2);
    expect((await stage.deliver(job.id)).status).toBe(200);
    for (const project of Object.keys(TARGETS)) {
      await page
        .getByRole('gridcell', { name: new RegExp(`^${project}: active`) })
        .nth(1)
        .waitFor();
    }
    await page
      .getByRole('gridcell', { name: /: active/ })
      .first()
      .click();
    const story = page.getByRole('complementary');
    await story.getByText('Wanted by', { exact: true }).waitFor();
    const granted = job.checkpoints.flatMap(({ checkpoint }) => stage.fake.permissions(checkpoint));
    expect(granted.map(({ id }) => id)).toContain(await story.getByText(/^cp_/).first().textContent());
  } finally {
    await context.close();
    served.interrupt();
    await served.ended;
  }
});
