import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  collectColumns,
  LIST_COLUMNS,
  type ListColumn,
  showPermissions,
  type TableOptions,
} from '../../bin/ckpt/permissions/list-table.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import { aListed } from './listed.ts';

const columns = (...words: readonly string[]) =>
  words.reduce<readonly ListColumn[]>((before, word) => collectColumns(word, before), []);

function show(parts: Partial<TableOptions>, ...rows: Parameters<typeof showPermissions>[0]) {
  return showPermissions(rows, { paint: createPaint(false), columns: undefined, width: null, ...parts });
}

describe('collectColumns', () => {
  it.each([
    [['state,rule'], ['state', 'rule']],
    [
      ['state', 'rule'],
      ['state', 'rule'],
    ],
    [
      ['rule, state', 'rule'],
      ['rule', 'state'],
    ],
    [['all'], LIST_COLUMNS],
    [['reason,all'], ['reason', ...LIST_COLUMNS.slice(0, -1)]],
  ])('reads %j', (words, expected) => {
    expect(columns(...words)).toEqual(expected);
  });

  it.each([
    ['state,prject', 'There is no column "prject". Did you mean "project"?'],
    ['RULE', 'There is no column "RULE". Did you mean "rule"?'],
    ['state,', `There is no column "". The columns are ${LIST_COLUMNS.join(', ')}.`],
    ['id', `There is no column "id". The columns are ${LIST_COLUMNS.join(', ')}.`],
  ])('refuses "%s"', (word, message) => {
    expect(() => columns(word)).toThrow(new InvalidArgumentError(message));
  });
});

describe('showPermissions', () => {
  it('without a choice shows the usual columns, the origin where no rule is, and none that is empty', () => {
    expect(show({}, aListed({ rule: null, origin: 'operator' }))).toBe(
      'CHECKPOINT     PROJECT  STATE   PERMISSION  SHARED                RULE\n' +
        'ft:gpt:org::A  prod-eu  active  cp_1        2026-11-20 12:00:00Z  (operator)\n',
    );
  });

  it('shows the columns of choice in their order, also those in which nothing is', () => {
    const row = aListed({ project: null, rule: null, origin: 'operator' });
    expect(show({ columns: columns('rule,job,project,verified') }, row)).toBe(
      'RULE  JOB      PROJECT  VERIFIED\n-     ftjob-1  proj_EU  -\n',
    );
  });

  it('shows every column there is', () => {
    const row = aListed({ verifiedAt: '2026-11-20T13:00:00.123Z', reason: 'because' });
    const [heading, line] = show({ columns: columns('all') }, row).split('\n');
    expect(heading?.split(/\s+/)).toEqual(LIST_COLUMNS.map((name) => name.toUpperCase()));
    expect(line?.split(/\s{2,}/)).toEqual(
      'ft:gpt:org::A|prod-eu|active|cp_1|2026-11-20 12:00:00Z|2026-11-20 13:00:00Z|-|support|policy|research|ftjob-1|because'.split(
        '|',
      ),
    );
  });

  it('cuts prose in the last column to the width, and never an id', () => {
    const row = aListed({ reason: 'x'.repeat(90), checkpoint: `ft:gpt:org::${'A'.repeat(90)}` });
    expect(show({ columns: columns('state,reason'), width: 40 }, row).split('\n')[1]).toHaveLength(40);
    expect(show({ columns: columns('state,checkpoint'), width: 40 }, row)).toContain(row.checkpoint);
  });

  it('paints the state wherever it stands', () => {
    const text = show({ columns: columns('checkpoint,state'), paint: createPaint(true) }, aListed());
    expect(text).toContain('\u001b[32mactive\u001b[39m\n');
  });
});
