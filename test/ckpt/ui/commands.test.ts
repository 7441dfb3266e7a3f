import { describe, expect, it } from 'vitest';
import { answer, OFFERED_NAMES } from '../../../bin/ckpt/ui/commands.ts';
import { COMMANDS } from '../../../lambdas/shared/contract/commands.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL, unprepared } from '../../use-cases/operate/ask.ts';
import { send, serve } from './serving.ts';

const PROJECT = 'proj_ProdEu';
const shared = () =>
  ledgerWith(aRecord([aPermission(PROJECT, 'active', { want: aWant(PROJECT), permissionId: 'cp_1' })]));

describe('what the page may ask for', () => {
  it('is answered in the words of the operator function', async () => {
    await using page = await serve({ ledger: await shared() });
    expect(await page.ask('list')).toEqual({
      ok: true,
      result: {
        permissions: [expect.objectContaining({ checkpoint: MODEL, permissionId: 'cp_1', state: 'active' })],
        cursor: null,
      },
    });
  });

  it('is refused in its words, with when to ask again', async () => {
    await using page = await serve();
    expect(await page.ask('list', { filter: { state: ['activ'] } })).toMatchObject({
      ok: false,
      error: { name: 'BadRequestError', message: 'There is no state "activ".', next: 'Did you mean "active"?' },
    });
    expect(await page.ask('show', { what: 'nothing' })).toMatchObject({ ok: false });
  });

  it.each(OFFERED_NAMES)('%s is a command of the operator function', (name) => {
    expect(Object.hasOwn(COMMANDS, name)).toBe(true);
  });

  it.each(OFFERED_NAMES.filter((name) => COMMANDS[name].acts || name === 'reconcile'))(
    '%s is not even asked for without --allow-changes',
    async (name) => {
      const told = await answer(unprepared('operator'), name, {}, false);
      expect(told).toMatchObject({ ok: false, error: { name: 'ReadOnlyError' } });
    },
  );

  it.each(Object.keys(COMMANDS).filter((name) => !OFFERED_NAMES.some((each) => each === name)))(
    '%s is not offered at all',
    async (name) => {
      const told = await answer(unprepared('operator'), name, {}, true);
      expect(told).toMatchObject({ ok: false, error: { name: 'NotOfferedError' } });
    },
  );

  it.each(['create-admin-key', 'delete-project-key', 'webhook-sign', 'toString', '__proto__'])(
    'neither is %s, among what makes keys or signs',
    (name) => {
      expect(OFFERED_NAMES).not.toContain(name);
    },
  );

  it('a dry run changes nothing, and so is let through', async () => {
    const ledger = await shared();
    await using page = await serve({ ledger });
    const fields = { checkpoint: MODEL, all: true };
    expect(await page.ask('revoke', { ...fields, dryRun: true })).toMatchObject({ ok: true, result: { done: false } });
    expect(await page.ask('revoke', fields)).toMatchObject({ ok: false, error: { name: 'ReadOnlyError' } });
    expect((await ledger.getCheckpoint(MODEL))?.permissions[PROJECT]?.state).toBe('active');
  });

  it('acts with --allow-changes', async () => {
    const ledger = await shared();
    await using page = await serve({ ledger, policy: aPolicy() }, { allowChanges: true });
    expect(await page.ask('revoke', { checkpoint: MODEL, all: true })).toMatchObject({
      ok: true,
      result: { done: true },
    });
    expect((await ledger.getCheckpoint(MODEL))?.permissions[PROJECT]?.state).toBe('revoking');
  });

  it('is told beforehand', async () => {
    await using page = await serve({}, { allowChanges: true });
    const about = await (await fetch(`${page.url}about`)).json();
    expect(about).toEqual({
      stack: 'CheckpointSharing',
      region: 'eu-west-1',
      allowChanges: true,
      offered: OFFERED_NAMES,
    });
  });
});

describe('a request', () => {
  it('has to be a POST of JSON, which no other site can send unasked', async () => {
    await using page = await serve();
    const path = `/${page.token}/ask/list`;
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect(await send(page.port, path, { 'content-type': type }, 'POST', '{}')).toMatchObject({ status: 403 });
    }
    expect(await send(page.port, path)).toMatchObject({ status: 403 });
    expect(await send(page.port, `/${page.token}/`, {}, 'DELETE')).toMatchObject({ status: 405 });
    expect(await send(page.port, `/${page.token}/no-such`)).toMatchObject({ status: 404 });
  });

  it.each(['', 'nonsense', '[]', 'null', '"list"'])('of %j asks for nothing', async (body) => {
    await using page = await serve();
    const headers = { 'content-type': 'application/json' };
    const told = await send(page.port, `/${page.token}/ask/list`, headers, 'POST', body);
    expect(JSON.parse(told.body)).toMatchObject({ ok: false, error: { name: 'BadRequestError' } });
  });

  it('larger than any command is not read', async () => {
    await using page = await serve();
    const headers = { 'content-type': 'application/json' };
    const told = await send(
      page.port,
      `/${page.token}/ask/list`,
      headers,
      'POST',
      JSON.stringify('x'.repeat(1_000_001)),
    );
    expect(told.status).toBe(413);
  });
});
