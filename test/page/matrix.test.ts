import { describe, expect, it } from 'vitest';
import { HOLDS, PERMISSION_STATES } from '../../lambdas/core/model/permission.ts';
import type { ListedJob, ShownCheckpoint } from '../../lambdas/shared/contract/operator.ts';
import { CELL_STATES } from '../../page/model/cell.ts';
import { rowOfShown, withJobs, withoutRow, withRows } from '../../page/model/ledger.ts';
import { columnsOf, countStates, drawLine, groupRows, namesIn, narrow, placesOf } from '../../page/model/matrix.ts';
import { SHAPES } from '../../page/model/shapes.ts';
import { aLedger, aListed, FINAL, STEP } from './rows.ts';

function aJob(jobId: string, createdAt: string, parts: Partial<ListedJob> = {}): ListedJob {
  const rest = { status: 'succeeded', baseModel: 'gpt-4o-mini', finalModel: null, finishedAt: null, note: null };
  return { jobId, source: 'research', createdAt, observedAt: createdAt, checkpoints: 1, ...rest, ...parts };
}

/** The lines as one reads them. */
const read = (ledger: Parameters<typeof groupRows>[0], text = '') =>
  narrow(groupRows(ledger), text).lines.map((line) =>
    line.kind === 'source'
      ? `${line.source}: ${line.jobs}/${line.rows}`
      : `${line.first ? '' : '  '}${line.row.checkpoint}`,
  );

describe('the lines of the matrix', () => {
  it('are the sources with the newest job first, their jobs newest first, the final model before its steps', () => {
    const old = aListed({ checkpoint: 'ft:m:o:old:1', jobId: 'ftjob-old' });
    const lab = aListed({ checkpoint: 'ft:m:o:lab:1', jobId: 'ftjob-lab', source: 'lab' });
    const pin = aListed({ checkpoint: 'ft:m:o:pin:1', jobId: null, source: null });
    const ledger = withJobs(aLedger([old, aListed({ checkpoint: STEP }), aListed(), lab, pin]), [
      aJob('ftjob-old', '2026-01-01T00:00:00.000Z'),
      aJob('ftjob-1', '2026-03-01T00:00:00.000Z'),
      aJob('ftjob-lab', '2026-02-01T00:00:00.000Z', { source: 'lab' }),
    ]);
    const lab1 = 'lab: 1/1';
    expect(read(ledger)).toEqual([
      'research: 2/3',
      FINAL,
      `  ${STEP}`,
      'ft:m:o:old:1',
      lab1,
      'ft:m:o:lab:1',
      'null: 1/1',
      'ft:m:o:pin:1',
    ]);
    expect(read(ledger, 'ckpt-step')).toEqual(['research: 1/1', STEP]);
    expect(read(ledger, 'nothing like it')).toEqual([]);
    expect(narrow(groupRows(ledger), '').rows).toBe(5);
  });

  it('go by when something was shared, where the job is not known', () => {
    const at = (checkpoint: string, sharedAt: string) => aListed({ checkpoint, sharedAt, jobId: checkpoint });
    const ledger = aLedger([at('ft:a', '2026-01-01T00:00:00.000Z'), at('ft:b', '2026-02-01T00:00:00.000Z')]);
    expect(read(ledger)).toEqual(['research: 2/2', 'ft:b', 'ft:a']);
  });

  it('have the final model of a job that nobody is to have', () => {
    const ledger = withJobs(aLedger([]), [aJob('ftjob-1', '2026-03-01T00:00:00.000Z', { finalModel: FINAL })]);
    expect(read(ledger)).toEqual(['research: 1/1', FINAL]);
    expect(read(withJobs(aLedger([aListed()]), [...ledger.jobs.values()]))).toEqual(['research: 1/1', FINAL]);
  });

  it('are the same objects while only the search changes, so that they are not drawn again', () => {
    const groups = groupRows(aLedger([aListed(), aListed({ checkpoint: STEP })]));
    expect(narrow(groups, 'support').lines[1]).toBe(narrow(groups, 'suppor').lines[1]);
  });
});

describe('the cells', () => {
  it('tell what a person has said before what the ledger thinks, but for what is on its way', () => {
    const [eu, us, new_] = ['proj_EU', 'proj_US', 'proj_NEW'];
    const ledger = aLedger([aListed(), aListed({ projectId: us, project: 'prod-us', state: 'revoking' })], {
      holds: [
        { checkpoint: FINAL, projectId: eu, project: 'prod-eu', kind: 'ignored' },
        { checkpoint: FINAL, projectId: us, project: 'prod-us', kind: 'withheld' },
        { checkpoint: FINAL, projectId: new_, project: null, kind: 'forgotten' },
      ],
    });
    const cells = ledger.rows.get(FINAL)?.cells;
    expect([eu, us, new_].map((id) => cells?.get(id)?.state)).toEqual(['ignored', 'revoking', 'forgotten']);
    expect(cells?.get(new_)?.permission).toBeNull();
    expect(Object.fromEntries(countStates(ledger.rows.values()))).toEqual({ ignored: 1, revoking: 1, forgotten: 1 });
  });

  it('keep what OpenAI has made twice together', () => {
    const cell = aLedger([aListed(), aListed({ permissionId: 'cp_2' })])
      .rows.get(FINAL)
      ?.cells.get('proj_EU');
    expect(cell).toMatchObject({ permission: { permissionId: 'cp_1' }, duplicates: [{ permissionId: 'cp_2' }] });
  });

  it('are told apart by shape in every state, without colours', () => {
    expect([...CELL_STATES].sort()).toEqual([...PERMISSION_STATES, ...HOLDS, 'other'].sort());
    const shapes = CELL_STATES.map((state) => JSON.stringify(SHAPES[state]));
    expect(new Set(shapes).size).toBe(CELL_STATES.length);
  });

  it('of a line that look alike are one drawing, those that were not asked for another', () => {
    const ledger = aLedger([
      aListed(),
      aListed({ projectId: 'proj_US', project: 'prod-us' }),
      aListed({ projectId: 'proj_X', project: null, state: 'drifted' }),
    ]);
    const row = ledger.rows.get(FINAL);
    if (row === undefined) throw new Error('no row');
    const projects = [...ledger.projects.values()];
    const size = { column: 30, height: 32 };
    const drawn = drawLine(row, projects, size, undefined);
    expect(drawn.map(({ state, other }) => [state, other])).toEqual([
      ['active', false],
      ['drifted', false],
    ]);
    expect(drawn[0]?.fill.match(/M\d+ 6/g)).toEqual(['M5 6', 'M35 6']);
    const dimmed = drawLine(row, projects, size, ({ project }) => project === 'prod-eu');
    expect(dimmed.map(({ state, other }) => [state, other])).toEqual([
      ['active', false],
      ['active', true],
      ['drifted', true],
    ]);
  });
});

describe('the columns', () => {
  it("are the policy's in its order, then others; those that nobody shares with are folded", () => {
    const ledger = aLedger(
      [
        aListed({ projectId: 'proj_OTHER', project: null }),
        aListed({ projectId: 'proj_US', project: 'prod-us' }),
        aListed({ projectId: 'proj_GONE', project: 'gone', state: 'revoked' }),
        aListed({ projectId: 'proj_FOREIGN', project: 'foreign', state: 'foreign' }),
      ],
      {
        projects: [
          { projectId: 'proj_R', project: 'research' },
          { projectId: 'proj_US', project: 'prod-us' },
          { projectId: 'proj_GONE', project: 'gone' },
        ],
      },
    );
    const { shown, folded } = columnsOf(ledger);
    expect(shown.map(({ projectId }) => projectId)).toEqual(['proj_US', 'proj_OTHER']);
    expect(folded.map(({ project }) => project)).toEqual(['foreign', 'gone', 'research']);
  });

  it('and the lines can be narrowed to every name that is there', () => {
    const ledger = aLedger([aListed(), aListed({ checkpoint: STEP, rule: 'a rule', source: null })]);
    expect(namesIn(ledger.rows.values())).toEqual({ sources: ['research'], rules: ['a rule', 'support models'] });
  });
});

describe('the places in the queue', () => {
  it('go by lane, then by priority, then by who waits for longest', () => {
    const at = (second: number) => `2026-11-20T12:00:0${second}.000Z`;
    const due = (['a', 'b', 'c', 'd'] as const).map((name, index) => {
      const priority = name === 'd' ? 'fresh' : 'repair';
      return { checkpoint: `ft:${name}`, lane: name === 'b' ? 'list' : 'create', priority, at: at(9 - index) } as const;
    });
    const ledger = aLedger(
      due.map(({ checkpoint }) => aListed({ checkpoint, state: 'pending' })),
      { due },
    );
    expect(Object.fromEntries(placesOf(ledger.rows.values()))).toEqual({ 'ft:d': 1, 'ft:c': 2, 'ft:a': 3, 'ft:b': 1 });
  });
});

describe('what is read again', () => {
  it('takes the place of what was there, and knows what it waits for', () => {
    const ledger = aLedger([aListed()]);
    const due = { lane: 'create', priority: 'repair', at: '2026-11-20T12:00:00.000Z' } as const;
    const shown = {
      ...{ checkpoint: FINAL, jobId: 'ftjob-1', source: 'research', tracked: true, gone: null, listedAt: null, due },
      ...{ wanted: [], holds: [], live: null, history: [] },
      permissions: [
        {
          ...aListed({ state: 'pending', permissionId: null }),
          hold: null,
          paused: null,
          dueAt: '2026-11-20T12:00:00.000Z',
        },
      ],
    };
    const again = withRows(ledger, [rowOfShown(shown)]);
    expect(again.rows.get(FINAL)?.due).toEqual({ checkpoint: FINAL, ...due });
    const earlier = { ...shown, due: undefined } as unknown as ShownCheckpoint;
    expect(rowOfShown(earlier).due).toBeNull();
    expect(again.rows.get(FINAL)?.cells.get('proj_EU')?.state).toBe('pending');
    expect(ledger.rows.get(FINAL)?.cells.get('proj_EU')?.state).toBe('active');
    expect(withoutRow(again, FINAL).rows.size).toBe(0);
  });
});
