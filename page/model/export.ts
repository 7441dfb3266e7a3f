import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';
import { CELL_STATES, type Cell, type CellState, nameOf } from './cell.ts';
import type { Project, Row } from './ledger.ts';
import { nameCheckpoint } from './names.ts';
import { SHAPES } from './shapes.ts';

export interface Extract {
  readonly rows: readonly Row[];
  readonly columns: readonly Project[];
  /** Which cells were asked for; undefined = all. */
  readonly fits: ((cell: Cell) => boolean) | undefined;
}

function cellOf(row: Row, { projectId }: Project, { fits }: Extract): Cell | undefined {
  const cell = row.cells.get(projectId);
  return cell && (fits === undefined || fits(cell)) ? cell : undefined;
}

/** A line a checkpoint, a column a project, with the states in them. */
export function asCsv(extract: Extract): string {
  const { rows, columns } = extract;
  const lines = rows.map((row) => [
    row.source,
    row.jobId,
    row.checkpoint,
    ...columns.map((column) => cellOf(row, column, extract)?.state ?? ''),
  ]);
  const table = [['source', 'job', 'checkpoint', ...columns.map(nameOf)], ...lines];
  return `${table.map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`;
}

function csvField(value: string | null): string {
  // A spreadsheet takes what begins so for a formula.
  const text = (value ?? '').replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The permissions, each as `ckpt list --json` has it. */
export function asJson(extract: Extract): string {
  const { rows, columns } = extract;
  const permissions = rows.flatMap((row) =>
    columns.flatMap((column): readonly ListedPermission[] => {
      const { permission = null, duplicates = [] } = cellOf(row, column, extract) ?? {};
      return permission === null ? [] : [permission, ...duplicates];
    }),
  );
  return `${JSON.stringify(permissions, null, 2)}\n`;
}

const [HEAD_X, HEAD_Y, CELL, LEGEND_Y] = [420, 130, 24, 40];

/** On white paper. */
const COLOURS: Readonly<Record<CellState, string>> = {
  active: '#1a7f55',
  pending: '#2f5fd0',
  unknown: '#8a6100',
  drifted: '#b8480c',
  rejected: '#c4242d',
  orphaned: '#7347c1',
  revoking: '#a8327a',
  foreign: '#566173',
  ignored: '#566173',
  withheld: '#3b4350',
  forgotten: '#6b7280',
  revoked: '#6b7280',
  other: '#6b7280',
};

/** A drawing of the matrix with its legend, for a document or a wall. */
export function asSvg(extract: Extract): string {
  const { rows, columns } = extract;
  const [width, height] = [HEAD_X + columns.length * CELL + 140, HEAD_Y + rows.length * CELL + LEGEND_Y];
  const heads = columns.map((column, index) => {
    const x = HEAD_X + index * CELL + CELL / 2 + 4;
    return `<text transform="translate(${x} ${HEAD_Y - 8}) rotate(-45)">${escapeXml(nameOf(column))}</text>`;
  });
  const used = new Set<CellState>();
  const lines = rows.map((row, index) => {
    const y = HEAD_Y + index * CELL;
    const { title, which } = nameCheckpoint(row.checkpoint);
    const shapes = columns.map((column, at) => {
      const cell = cellOf(row, column, extract);
      if (cell === undefined) return '';
      used.add(cell.state);
      return shapeAt(cell.state, HEAD_X + at * CELL + 2, y + 2);
    });
    return `<text x="12" y="${y + 16}">${escapeXml(title)} <tspan fill="#667">${escapeXml(`${which} · ${row.jobId ?? ''}`)}</tspan></text>${shapes.join('')}`;
  });
  const legend = CELL_STATES.filter((state) => used.has(state)).map((state, index) => {
    const [x, y] = [12 + index * 92, height - 28];
    return `${shapeAt(state, x, y)}<text x="${x + 24}" y="${y + 14}">${state}</text>`;
  });
  const legendWidth = 12 + used.size * 92;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.max(width, legendWidth)}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1b1f27"><title>Who may use which model</title><rect width="100%" height="100%" fill="#fff"/>${[...heads, ...lines, ...legend].join('\n')}</svg>\n`;
}

function shapeAt(state: CellState, x: number, y: number): string {
  const { fill, stroke } = SHAPES[state];
  const colour = COLOURS[state];
  const filled = fill ? `<path d="M0 0${fill}" fill="${colour}" fill-rule="evenodd"/>` : '';
  const drawn = stroke ? `<path d="M0 0${stroke}" fill="none" stroke="${colour}" stroke-width="2"/>` : '';
  return `<g transform="translate(${x} ${y})">${filled}${drawn}</g>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
