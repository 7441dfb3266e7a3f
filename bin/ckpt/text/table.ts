import { oneLine } from './paint.ts';

type CellValue = string | number | null | undefined;

/** One column of a table: its heading, and what a row shows in it; what is not there is shown as `-`. */
export interface Column<Row> {
  readonly heading: string;
  readonly text: (row: Row) => CellValue;
  /** Puts colour on a cell that has its width already. */
  readonly paint?: (cell: string, row: Row) => string;
  readonly align?: 'right';
  /** Shown also when no row has anything in it. */
  readonly always?: true;
}

const GAP = '  ';

/**
 * A table with a heading, one line a row. Columns in which no row has anything are left out, but for those that are
 * `always` shown. `width` cuts the last column, never the others: they are ids, which people copy.
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number | null = null): string {
  const shown = columns
    .map((column) => ({ column, cells: rows.map((row) => cellText(column.text(row))) }))
    .filter(({ column, cells }) => column.always || cells.some((cell) => cell !== '-'));
  const widths = shown.map(({ column, cells }) =>
    cells.reduce((longest, cell) => Math.max(longest, cell.length), column.heading.length),
  );
  const last = shown.length - 1;
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0);
  const line = (cell: (index: number) => string, paint: (text: string, index: number) => string) =>
    shown
      .map(({ column }, index) => {
        const text = cell(index);
        if (column.align === 'right') return paint(text.padStart(widths[index] ?? 0), index);
        return index < last ? paint(text.padEnd(widths[index] ?? 0), index) : paint(cut(text, width, before), index);
      })
      .join(GAP)
      .trimEnd();
  const heading = line(
    (index) => shown[index]?.column.heading ?? '',
    (text) => text,
  );
  const lines = rows.map((row, rowIndex) =>
    line(
      (index) => shown[index]?.cells[rowIndex] ?? '',
      (text, index) => shown[index]?.column.paint?.(text, row) ?? text,
    ),
  );
  return `${[heading, ...lines].join('\n')}\n`;
}

function cellText(value: CellValue): string {
  return oneLine(String(value ?? '')) || '-';
}

/** Not cut to less than would still tell something: then it rather goes over the edge. */
function cut(text: string, width: number | null, before: number): string {
  const room = width === null ? Number.POSITIVE_INFINITY : Math.max(20, width - before);
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
