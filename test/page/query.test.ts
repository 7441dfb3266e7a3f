import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTERS } from '../../lambdas/shared/contract/commands.ts';
import { narrowBy, parseQuery, setFilter, toggleFilter } from '../../page/model/query.ts';
import { aLedger, aListed, FINAL, STEP } from './rows.ts';

const EMPTY = { project: [], source: [], state: [], rule: [], job: [], checkpoint: [] };

describe('what stands in the search box', () => {
  it.each([
    ['', [], {}],
    ['  Support  EU ', ['support', 'eu'], {}],
    ['state:drifted state:active', [], { state: ['drifted', 'active'] }],
    ['rule:"support models" eval', ['eval'], { rule: ['support models'] }],
    ['"two words"', ['two words'], {}],
    // A checkpoint's id has colons, too.
    ['ft:gpt-4o:acme', ['ft:gpt-4o:acme'], {}],
    ['colour:red', ['colour:red'], {}],
    ['state:', ['state:'], {}],
    ['project:', ['project:'], {}],
  ])('%j', (text, words, filter) => {
    expect(parseQuery(text)).toEqual({ words, filter: { ...EMPTY, ...filter } });
  });

  it('has a filter for each of ckpt list', () => {
    expect(Object.keys(parseQuery('').filter).sort()).toEqual([...FILTERS].sort());
  });

  it('gets a filter, and loses it again, whatever else is there', () => {
    const value = fc.string({ minLength: 1 }).filter((text) => !text.includes('"') && text.trim() === text);
    const others = fc.constantFrom('', 'word', 'state:active', 'rule:"support models" x');
    fc.assert(
      fc.property(others, fc.constantFrom('project', 'source', 'checkpoint'), value, (text, name, each) => {
        const on = toggleFilter(text, name, each);
        expect(parseQuery(on).filter[name]).toEqual([each]);
        expect(parseQuery(on).words).toEqual(parseQuery(text).words);
        expect(parseQuery(toggleFilter(on, name, each))).toEqual(parseQuery(text));
      }),
    );
  });

  it('finds whatever a name is, and leaves the rest of the text as it is', () => {
    const names = fc.oneof(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.constantFrom('say "hi"', 'a\\', '\\"', 'a  b'),
    );
    fc.assert(
      fc.property(names, names, (name, other) => {
        const text = setFilter('two "more  words"', 'source', other);
        const narrowed = toggleFilter(text, 'rule', name);
        expect(parseQuery(narrowed).filter).toMatchObject({ rule: [name], source: [other] });
        expect(toggleFilter(narrowed, 'rule', name)).toBe(text);
      }),
    );
  });

  it('has one value of a filter in place of all others', () => {
    expect(setFilter('a source:x source:y', 'source', 'z')).toBe('a source:z');
    expect(setFilter('a source:x', 'source', null)).toBe('a');
  });
});

describe('what fits', () => {
  const ledger = aLedger(
    [
      aListed(),
      aListed({ projectId: 'proj_US', project: 'prod-us', state: 'drifted', rule: 'other', permissionId: 'cp_2' }),
      aListed({
        checkpoint: STEP,
        projectId: 'proj_NEW',
        project: null,
        state: 'rejected',
        jobId: 'ftjob-2',
        source: 'lab',
      }),
    ],
    { holds: [{ checkpoint: STEP, projectId: 'proj_US', project: 'prod-us', kind: 'withheld' }] },
  );
  const fitting = (text: string) => {
    const { row } = narrowBy(parseQuery(text));
    return [...ledger.rows.values()].filter(row).map(({ checkpoint }) => checkpoint);
  };

  it.each([
    ['', [FINAL, STEP]],
    ['support', [FINAL, STEP]],
    ['ckpt-step', [STEP]],
    ['CP_2', [FINAL]],
    ['prod-eu ftjob-1', [FINAL]],
    ['prod-eu ftjob-2', []],
    ['source:lab', [STEP]],
    ['job:ftjob-1', [FINAL]],
    ['checkpoint:*:Final', [FINAL]],
    ['checkpoint:Final', []],
    ['project:prod-us', [FINAL, STEP]],
    ['project:proj_NEW', [STEP]],
    ['state:withheld', [STEP]],
    ['state:active state:withheld', [FINAL, STEP]],
    // One and the same permission has to fit all of them.
    ['project:prod-eu state:drifted', []],
    ['project:prod-us state:drifted rule:other', [FINAL]],
  ])('%j', (text, checkpoints) => {
    expect(fitting(text)).toEqual(checkpoints);
  });

  it('tells the permissions that were asked for from the others', () => {
    const { cell } = narrowBy(parseQuery('state:drifted'));
    const cells = [...(ledger.rows.get(FINAL)?.cells.values() ?? [])];
    expect(cells.filter((each) => cell?.(each)).map(({ project }) => project)).toEqual(['prod-us']);
    expect(narrowBy(parseQuery('words alone source:x')).cell).toBeUndefined();
  });
});
