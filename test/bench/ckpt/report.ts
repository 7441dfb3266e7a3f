import type { Limit, Section } from '../section.ts';
import { type Column, renderTable } from '../table.ts';
import type { Row } from './measure.ts';

/** What a person at a terminal takes for an answer that comes at once. A time fails this bench: it is what it is for. */
export const AT_MOST_SECONDS = 3;

const COLUMNS: readonly Column<Row>[] = [
  { head: 'ckpt', cell: ({ command }) => command },
  { head: 'first s', cell: ({ firstSeconds }) => firstSeconds.toFixed(2) },
  { head: 'median s', cell: ({ medianSeconds }) => medianSeconds.toFixed(2), meaning: 'of five more' },
  { head: 'slowest s', cell: ({ slowestSeconds }) => slowestSeconds.toFixed(2) },
  { head: 'bytes', cell: ({ bytes }) => bytes.toLocaleString('en'), meaning: 'of what is printed' },
];

export function ckptSection(rows: readonly Row[], permissions: number): Section {
  const title = `How long the CLI takes, as whole processes, over ${permissions.toLocaleString('en')} permissions in a local cloud`;
  return { name: 'ckpt', rows, text: renderTable(title, COLUMNS, rows), limits: rows.map(limitOf) };
}

function limitOf({ command, medianSeconds }: Row): Limit {
  return { what: `ckpt ${command}: seconds`, is: medianSeconds, atMost: AT_MOST_SECONDS };
}
