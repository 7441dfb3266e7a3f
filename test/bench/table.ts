/** One column: its head, one row's cell, and what the number means, for the line below the table. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string | number;
  readonly meaning?: string;
}

/** A plain text table with its title above it and what its columns mean below. */
export function renderTable<Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [columns.map(({ head }) => head), ...rows.map((row) => columns.map(({ cell }) => String(cell(row))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const isNumeric = columns.map(({ cell }) => rows.some((row) => /^[\d.,]+/.test(String(cell(row)))));
  const lines = cells.map((line) =>
    line
      .map((text, index) => (isNumeric[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const meanings = columns.flatMap(({ head: name, meaning }) => (meaning ? [`  ${name}: ${meaning}`] : []));
  return [title, '', head, rule, ...body, '', ...meanings, ''].join('\n');
}
