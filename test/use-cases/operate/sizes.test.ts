import { describe, expect, it } from 'vitest';
import { withFailures } from '../../../lambdas/core/model/aside.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { REFUSALS } from '../refusing.ts';
import { aPermission, aRecord, ask, aWant, ledgerWith, MODEL, NOW, operatorDeps } from './ask.ts';
import { examine, wellLedger } from './doctor/examine.ts';

/** Lambda's limit of an answer. */
const MOST_BYTES = 6_000_000;
const RULE = '规'.repeat(200);
const bytesOf = (answer: unknown) => Buffer.byteLength(JSON.stringify(answer));

/** A checkpoint with 1,000 targets, of which 1.5 MB are told. */
function wide(checkpoint: string) {
  const permissions = Array.from({ length: 1_000 }, (_, index) => {
    const projectId = `proj_${String(index).padStart(24, 'x')}`;
    return aPermission(projectId, 'rejected', { want: aWant(projectId, { rule: RULE }), reason: `wanted by ${RULE}` });
  });
  return aRecord(permissions, { checkpoint });
}

const NAMES = Array.from({ length: 6 }, (_, index) => `${MODEL}:ckpt-step-${index}`);
const wideLedger = () => ledgerWith(...NAMES.map(wide));

/** More than one, each of which Lambda passes on. */
async function allPages<Page extends { readonly cursor: string | null }>(
  read: (cursor: string | null) => Promise<Page>,
) {
  const pages = [await read(null)];
  for (let last = pages[0]?.cursor; last; last = pages.at(-1)?.cursor) pages.push(await read(last));
  expect(pages.length).toBeGreaterThan(1);
  for (const page of pages) expect(bytesOf(page)).toBeLessThan(MOST_BYTES);
  return pages;
}

describe('an answer of more than Lambda passes on', () => {
  it('does not come of list: the next page goes on, and nothing is left out or told twice', async () => {
    const deps = operatorDeps({ ledger: await wideLedger() });
    const pages = await allPages((cursor) => ask(deps, { command: 'list', filter: {}, cursor }));
    const seen = pages.flatMap(({ permissions }) => permissions.map((each) => `${each.checkpoint} ${each.projectId}`));
    expect(seen).toHaveLength(6_000);
    expect(new Set(seen).size).toBe(6_000);
  });

  it('does not come of events either', async () => {
    const deps = operatorDeps({ ledger: await wideLedger() });
    const pages = await allPages((cursor) => ask(deps, { command: 'events', checkpoint: null, cursor, limit: 1_000 }));
    const seen = pages.flatMap(({ events }) => events.map(({ checkpoint }) => checkpoint));
    expect(seen.sort()).toEqual(NAMES);
  });

  it('does not come of show, which tells less of the history then', async () => {
    const ledger = await ledgerWith(wide(MODEL));
    for (let write = 1; write < 6; write++) {
      const before = await ledger.getCheckpoint(MODEL);
      if (before === undefined) throw new Error('it was written');
      const permissions = Object.fromEntries(
        Object.values(before.permissions).map((each) => {
          const state = write % 2 === 0 ? ('rejected' as const) : ('orphaned' as const);
          return [each.projectId, { ...each, state }];
        }),
      );
      await ledger.saveCheckpoint({ ...before, permissions }, before);
    }
    const shown = await ask(operatorDeps({ ledger }), { command: 'show', what: MODEL, live: false });
    expect(bytesOf(shown)).toBeLessThan(MOST_BYTES);
    expect(bytesOf(shown)).toBeGreaterThan(2_000_000);
  });
});

describe('what is asked', () => {
  it.each([
    ['a name of more bytes than a key has', { command: 'repair', checkpoint: 'ft:'.padEnd(1_025, 'x') }],
    ['a list with such a name', { command: 'share', checkpoint: MODEL, projects: ['规'.repeat(400)] }],
    ['a cursor', { command: 'list', cursor: 'c'.repeat(5_000) }],
  ])('with %s is refused in a sentence', async (_, request) => {
    const answer = await createOperator(operatorDeps())(request, 'request-1');
    expect(answer).toMatchObject({
      ok: false,
      error: { name: 'BadRequestError', message: expect.stringMatching(/has \d+ bytes; 1024 are taken\.$/) },
    });
    expect(JSON.stringify(answer).length).toBeLessThan(500);
  });

  it.each(['share', 'adopt', 'forget'])('of %s with a model id that is too long says so', async (command) => {
    const checkpoint = `ft:gpt-4o-mini:org:${'s'.repeat(400)}:id`;
    const projects = ['prod-eu'];
    const answer = await createOperator(operatorDeps())({ command, checkpoint, projects }, 'request-1');
    expect(answer).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/has 422 bytes: a checkpoint's name has at most 400\.$/) },
    });
  });

  it('for one row that cannot be written is answered with the reason, and not as a failure of the function', async () => {
    const ledger = await ledgerWith(aRecord([aPermission('proj_EU', 'drifted', { want: aWant('proj_EU') })]));
    for (const [error, message] of [
      [REFUSALS['is too large'], /it would have 500000 bytes, and DynamoDB takes 409600; nothing was done\.$/],
      [REFUSALS['is throttled'], /^DynamoDB is too busy just now\.$/],
    ] as const) {
      ledger.refuse(MODEL, error);
      const deps = operatorDeps({ ledger });
      const answer = await createOperator(deps)({ command: 'repair', checkpoint: MODEL, project: [] }, 'request-1');
      expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(message) } });
    }
  });
});

describe('rows that cannot be written', () => {
  it('are told of by doctor, the first of them by its name', async () => {
    const ledger = await wellLedger();
    const unwritten = { count: 2, rows: [{ row: MODEL, reason: 'it would have too many bytes' }] };
    await changeState(ledger, 'reconcile', (state) => ({ ...state, unwritten }));
    const failed = { row: 'ft:b', reason: 'DynamoDB was too busy', passing: true };
    await changeState(ledger, 'aside', (aside) => withFailures(aside, [failed], new Set(), NOW));
    expect(await examine({ ledger }, 'rows')).toMatchObject([
      {
        state: 'bad',
        message: `${MODEL} cannot be written to the ledger (it would have too many bytes), nor can 2 other rows.`,
        mend: expect.stringContaining('docs/runbook.md#row-unwritable'),
      },
    ]);
    const { unwritten: told } = await ask(operatorDeps({ ledger }), { command: 'status' });
    expect(told.count).toBe(3);
    expect(told.rows.map(({ row, by, retryAt }) => [row, by, retryAt])).toEqual([
      [MODEL, 'reconcile', null],
      ['ft:b', 'share', new Date(NOW + 60_000).toISOString()],
    ]);
  });
});
