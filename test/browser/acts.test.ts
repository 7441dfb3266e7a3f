import type { Locator, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { newCheckpoint } from '../../lambdas/core/checkpoint/record.ts';
import { aPermission } from '../use-cases/operate/ask.ts';
import { type Opened, type OpenOptions, test } from './opened.ts';

/** Enough of them that there is one of each state. */
const MANY = { checkpoints: 200 };
const ACTING: OpenOptions = { ...MANY, scene: { allowChanges: true, idle: true } };

type Open = (options?: OpenOptions) => Promise<Opened>;

/** Opens the story of a permission that is in this state. Comes back with the story, and how the permission stands by it. */
async function openStory(open: Open, state: string, options: OpenOptions = ACTING) {
  const isThere = state !== 'not shared';
  const opened = await open({ ...options, at: isThere ? `#/matrix?q=state:${state}` : '' });
  const { page } = opened;
  await page
    .getByRole('gridcell', { name: `: ${state}` })
    .first()
    .click();
  const story = page.getByRole('complementary');
  const standing = () => story.locator('.state').textContent();
  await expect.poll(standing).toContain(state);
  return { ...opened, story, standing, checkpoint: (await story.locator('.id code').first().textContent()) ?? '' };
}

/** Presses a button of the story, and waits for what its dialog says beforehand. */
async function tryIt(page: Page, story: Locator, name: string) {
  await story.getByRole('button', { name, exact: false }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('h3, [role=alert]').first().waitFor();
  return dialog;
}

/** The buttons by which a dialog is left. */
function buttonsOf(dialog: Locator): Promise<readonly string[]> {
  return dialog.getByRole('button').allTextContents();
}

describe('an act', () => {
  for (const { label, from, says, to } of [
    { label: 'Share', from: 'not shared', says: 'wanted by you', to: 'pending' },
    { label: 'Revoke', from: 'active', says: 'taken away at OpenAI', to: 'revoking' },
    { label: 'Ignore', from: 'active', says: 'kept as it is', to: 'ignored' },
    { label: 'Ignore no more', from: 'ignored', says: 'the policy decides again', to: 'active' },
    { label: 'Repair', from: 'drifted', says: 'shared again', to: 'pending' },
  ]) {
    test(`first says what it would do, and does it when that is said once more: ${label}`, async ({ open }) => {
      const { page, scene, story, standing, checkpoint } = await openStory(open, from);
      const before = await scene.ledger.getCheckpoint(checkpoint);
      const dialog = await tryIt(page, story, `${label} …`);
      expect(await dialog.getByRole('listitem').first().textContent()).toContain(says);
      expect(await scene.ledger.getCheckpoint(checkpoint)).toEqual(before);
      await dialog.getByRole('button', { name: label, exact: true }).click();
      await dialog.getByRole('heading', { name: 'Done' }).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await expect.poll(standing).toContain(to);
    });
  }

  test('says what it would do as things stand, though they change while it is looked at', async ({ open }) => {
    const { page, scene, story, checkpoint } = await openStory(open, 'pending');
    const dialog = await tryIt(page, story, 'Revoke …');
    const says = () => dialog.getByRole('listitem').first().textContent();
    expect(await says()).toContain('it was never granted');
    const before = await scene.ledger.getCheckpoint(checkpoint);
    if (before === undefined) throw new Error('no record');
    const granted = Object.entries(before.permissions).map(([id, permission]) => {
      return [id, { ...permission, state: 'active' as const, permissionId: `cp_${id}` }];
    });
    await scene.ledger.saveCheckpoint({ ...before, permissions: Object.fromEntries(granted) }, before);
    await expect.poll(says, { timeout: 20_000 }).toContain('taken away at OpenAI');
  });

  test('on what somebody else has shared asks OpenAI for it first: Adopt', async ({ open }) => {
    const { page, scene } = await open({ ...ACTING, at: '#/matrix?q=adopt-me' });
    const [projectId, owner] = ['proj_produs00000000000000', 'proj_elsewhere0000000000'];
    for (const id of [projectId, owner]) scene.openai.addProject({ id });
    const { finalModel } = scene.openai.addJob({ projectId: owner, checkpoints: 1, suffix: 'adopt-me' });
    const { id: permissionId } = scene.openai.grant(finalModel, projectId);
    const unknown = newCheckpoint(finalModel, { source: null, jobId: null });
    const permissions = { [projectId]: aPermission(projectId, 'foreign', { permissionId }) };
    await scene.ledger.saveCheckpoint({ ...unknown, permissions }, unknown);

    // It has come to be while the page was open.
    await page.getByRole('gridcell', { name: 'prod-us: foreign' }).click();
    const story = page.getByRole('complementary');
    const dialog = await tryIt(page, story, 'Adopt …');
    expect(await dialog.textContent()).toContain(`prod-us (${permissionId}): tracked from now on`);
    await dialog.getByRole('button', { name: 'Adopt', exact: true }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => story.locator('.state').textContent()).toContain('active');
  });

  test('rests a rule, and lets it go on', async ({ open }) => {
    const { page, story } = await openStory(open, 'active');
    const paused = page.getByText(/^Paused: rule/);
    const dialog = await tryIt(page, story, 'Pause rule');
    await dialog.getByRole('textbox').fill('an audit');
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await paused.waitFor();
    const again = await tryIt(page, story, 'Resume rule');
    await again.getByRole('button', { name: 'Resume', exact: true }).click();
    await again.getByRole('button', { name: 'Close' }).click();
    await paused.waitFor({ state: 'detached' });
  });

  test('lets a plan through that waits, where its id is typed and nothing else', async ({ open }) => {
    const { page } = await open({ at: '#/plan', scene: { allowChanges: true, waiting: true } });
    const form = page.locator('form');
    const id = (await form.locator('code').textContent()) ?? '';
    await form.getByRole('textbox').fill(`${id}0`);
    await form.getByRole('button').click();
    expect(await form.getByRole('alert').textContent()).toContain('What was typed is not its id');
    expect(await page.getByText('waits for a person’s word').isVisible()).toBe(true);
    await form.getByRole('textbox').fill(id);
    await form.getByRole('button').click();
    await page.getByText(`was confirmed (${id})`).waitFor();
  });
});

describe('an act that is refused', () => {
  for (const { label, state, because } of [
    { label: 'Revoke', state: 'foreign', because: 'somebody else granted it' },
    { label: 'Adopt', state: 'foreign', because: 'OpenAI does not know' },
    { label: 'Ignore', state: 'pending', because: 'nothing yet, or no more, that could be kept' },
    { label: 'Ignore', state: 'unknown', because: 'its end has to be known first' },
  ]) {
    test(`says why, and what to do, and cannot be done: ${label} what is ${state}`, async ({ open }) => {
      const { page, scene, story, checkpoint } = await openStory(open, state);
      const before = await scene.ledger.getCheckpoint(checkpoint);
      const dialog = await tryIt(page, story, `${label} …`);
      expect(await dialog.getByRole('alert').textContent()).toContain(because);
      expect(await buttonsOf(dialog)).toEqual(['Cancel', 'Try again']);
      expect(await scene.ledger.getCheckpoint(checkpoint)).toEqual(before);
    });
  }

  test('after it was tried leaves all as it was, and says so', async ({ open }) => {
    const { page, scene, story, standing, checkpoint } = await openStory(open, 'active');
    const dialog = await tryIt(page, story, 'Revoke …');
    scene.ledger.refuse(checkpoint, new Error('The ledger cannot be written.'));
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await standing()).toContain('active');
  });
});

describe('without --allow-changes', () => {
  test('there is no button, but the command to type', async ({ open }) => {
    const { story, checkpoint } = await openStory(open, 'active', MANY);
    await story.getByText('What can be done').click();
    expect(await story.getByRole('button', { name: '…' }).count()).toBe(0);
    const commands = await story.locator('.acts code').allTextContents();
    expect(commands.some((line) => line.startsWith(`ckpt revoke ${checkpoint} --from `))).toBe(true);
  });

  test('a plan that waits is confirmed on the command line', async ({ open }) => {
    const { page } = await open({ at: '#/plan', scene: { waiting: true } });
    await page.getByText(/ckpt apply --confirm /).waitFor();
    expect(await page.locator('form').count()).toBe(0);
  });

  for (const command of [
    'share',
    'revoke',
    'ignore',
    'adopt',
    'repair',
    'forget',
    'pause',
    'resume',
    'confirm',
    'apply',
  ]) {
    test(`whatever runs in the page is refused: ${command}`, async ({ open }) => {
      const { page } = await open();
      const answer = await page.evaluate(
        `fetch('ask/${command}', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((response) => response.json())`,
      );
      expect(answer).toMatchObject({ ok: false, error: { name: 'ReadOnlyError' } });
    });
  }
});
