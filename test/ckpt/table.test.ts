import { describe, expect, it } from 'vitest';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import { type Column, table } from '../../bin/ckpt/text/table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note: string | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { heading: 'NAME', text: ({ name }) => name },
  { heading: 'COUNT', text: ({ count }) => count, align: 'right' },
  { heading: 'NOTE', text: ({ note }) => note },
];

const rows: readonly Row[] = [
  { name: 'a', count: 5, note: 'the first of these notes' },
  { name: 'longer', count: 12345678, note: null },
];

describe('table', () => {
  it('aligns its columns and shows a dash for what is not there', () => {
    expect(table(rows, COLUMNS)).toBe(
      'NAME       COUNT  NOTE\na              5  the first of these notes\nlonger  12345678  -\n',
    );
  });

  it('leaves a column out in which no row has anything', () => {
    expect(table([{ name: 'a', count: 0, note: ' ' }], COLUMNS)).toBe('NAME  COUNT\na         0\n');
  });

  it('keeps such a column where it is always to be shown', () => {
    const columns = COLUMNS.map((column) => ({ ...column, always: true as const }));
    expect(table([{ name: 'a', count: 0, note: null }], columns)).toBe('NAME  COUNT  NOTE\na         0  -\n');
  });

  it('cuts the last column to the width, and only that', () => {
    const [, first, second] = table(rows, COLUMNS, 38).split('\n');
    expect(first).toBe('a              5  the first of these …');
    expect(first).toHaveLength(38);
    expect(second).toBe('longer  12345678  -');
    expect(table(rows, COLUMNS, 10).split('\n')[1]).toBe('a              5  the first of these …');
    expect(table(rows, COLUMNS, 200)).toBe(table(rows, COLUMNS));
  });

  it('shows one line a row, whatever is in it, and nothing that a terminal would obey', () => {
    const note = 'two\r\nlines \u001b[31mred\u001b[0m\u0007';
    expect(table([{ name: 'a', count: 1, note }], COLUMNS)).toBe(
      'NAME  COUNT  NOTE\na         1  two lines [31mred [0m\n',
    );
  });

  it('puts colour around cells without moving them', () => {
    const columns: readonly Column<Row>[] = [
      { heading: 'NAME', text: ({ name }) => name, paint: (cell) => createPaint(true)('red', cell) },
      { heading: 'COUNT', text: ({ count }) => count },
    ];
    expect(table(rows, columns)).toBe(
      'NAME    COUNT\n\u001b[31ma     \u001b[39m  5\n\u001b[31mlonger\u001b[39m  12345678\n',
    );
  });
});
