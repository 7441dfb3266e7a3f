import { type Lane, PRIORITIES } from '../../lambdas/core/model/permission.ts';
import type { ListedJob } from '../../lambdas/shared/contract/operator.ts';
import { type Cell, type CellState, IN_USE, nameOf } from './cell.ts';
import { type Ledger, type Project, type Row, rowOfJob } from './ledger.ts';
import { stepOf } from './names.ts';
import { type Narrowing, narrowBy, parseQuery } from './query.ts';
import { BOX, SHAPES } from './shapes.ts';

/** The heading of a source. */
export interface SourceLine {
  readonly kind: 'source';
  readonly key: string;
  readonly source: string | null;
  readonly jobs: number;
  readonly rows: number;
}

/** One checkpoint. */
export interface RowLine {
  readonly kind: 'row';
  readonly key: string;
  readonly row: Row;
  /** Undefined where the ledger does not know the job. */
  readonly job: ListedJob | undefined;
  /** The first of its job that is shown: it carries the job's name. */
  readonly first: boolean;
}

/** One line of the matrix. All are of the same height. */
export type Line = SourceLine | RowLine;

/** A job with its checkpoints, the final model first, then the later steps before the earlier ones. */
interface JobGroup {
  readonly source: string | null;
  /** When it was made; where that is not known, when anything of it was last shared. */
  readonly at: number;
  /** Each as it is where it is the first, and where it is not: the same ones whatever fits, so that they are not drawn again. */
  readonly lines: readonly { readonly first: RowLine; readonly again: RowLine }[];
}

/** Every checkpoint by source and job: the source with the newest job first, and the newest jobs first. */
export function groupRows({ rows, jobs }: Pick<Ledger, 'rows' | 'jobs'>): readonly JobGroup[] {
  const unshared = [...jobs.values()].flatMap(rowOfJob).filter(({ checkpoint }) => !rows.has(checkpoint));
  const byJob = Map.groupBy([...rows.values(), ...unshared], ({ jobId, checkpoint }) => jobId ?? checkpoint);
  const groups = [...byJob.values()].map((own): JobGroup => {
    const { jobId = null, source = null } = own[0] ?? {};
    const job = jobId === null ? undefined : jobs.get(jobId);
    const at = job ? Date.parse(job.createdAt) : Math.max(...own.map(({ sharedAt }) => sharedAt));
    const rows = own.toSorted((a, b) => stepOf(b.checkpoint) - stepOf(a.checkpoint));
    const lineOf = (row: Row, first: boolean): RowLine => ({ kind: 'row', key: row.checkpoint, row, job, first });
    return { source, at, lines: rows.map((row) => ({ first: lineOf(row, true), again: lineOf(row, false) })) };
  });
  const newest = new Map<string | null, number>();
  for (const { source, at } of groups) newest.set(source, Math.max(newest.get(source) ?? 0, at));
  const rank = (source: string | null) => (source === null ? -1 : (newest.get(source) ?? 0));
  return groups.sort(
    (a, b) =>
      rank(b.source) - rank(a.source) ||
      compare(a.source ?? '', b.source ?? '') ||
      b.at - a.at ||
      compare(a.lines[0]?.first.key ?? '', b.lines[0]?.first.key ?? ''),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The lines of what fits, under a line for each source, and how many checkpoints that are. */
export function linesOf(groups: readonly JobGroup[], { row: fits }: Narrowing) {
  const lines: Line[] = [];
  let total = 0;
  for (const [source, own] of Map.groupBy(groups, (group) => group.source)) {
    const heading = lines.length;
    let jobs = 0;
    for (const group of own) {
      const fitting = group.lines.filter(({ first }) => fits(first.row));
      if (fitting.length === 0) continue;
      if (jobs++ === 0) lines.length++;
      fitting.forEach(({ first, again }, index) => {
        lines.push(index === 0 ? first : again);
      });
    }
    const rows = Math.max(0, lines.length - heading - 1);
    if (jobs > 0) lines[heading] = { kind: 'source', key: `source ${source}`, source, jobs, rows };
    total += rows;
  }
  return { lines: lines as readonly Line[], rows: total };
}

export interface Columns {
  readonly shown: readonly Project[];
  /** Nobody shares anything with these. */
  readonly folded: readonly Project[];
}

/** Projects in the policy's order, those that it does not name last; a source only where something is shared with it. */
export function columnsOf({ rows, projects }: Pick<Ledger, 'rows' | 'projects'>): Columns {
  const used = new Set<string>();
  for (const { cells } of rows.values()) {
    for (const { projectId, state } of cells.values()) if (IN_USE.has(state)) used.add(projectId);
  }
  const all = [...projects.values()];
  return {
    shown: all.filter(({ projectId }) => used.has(projectId)),
    folded: all.filter(({ projectId }) => !used.has(projectId)).sort((a, b) => compare(nameOf(a), nameOf(b))),
  };
}

/** How many cells there are of each state. */
export function countStates(rows: Iterable<Row>): ReadonlyMap<CellState, number> {
  const counts = new Map<CellState, number>();
  for (const { cells } of rows) {
    for (const { state } of cells.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

/** The place of each checkpoint in the queue of the call that it waits for, from 1 on. */
export function placesOf(rows: Iterable<Row>): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const waiting = [...rows].flatMap(({ due }) => (due === null ? [] : [due]));
  for (const lane of Map.groupBy(waiting, (due): Lane => due.lane).values()) {
    lane
      .sort((a, b) => PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) || compare(a.at, b.at))
      .forEach(({ checkpoint }, index) => {
        places.set(checkpoint, index + 1);
      });
  }
  return places;
}

/** Everything that a text in the search box leaves. */
export function narrow(groups: readonly JobGroup[], text: string) {
  const narrowing = narrowBy(parseQuery(text));
  return { ...linesOf(groups, narrowing), fits: narrowing.cell };
}

/** The names that the matrix can be narrowed to, in the order of the alphabet. */
export function namesIn(rows: Iterable<Row>): {
  readonly sources: readonly string[];
  readonly rules: readonly string[];
} {
  const sources = new Set<string>();
  const rules = new Set<string>();
  for (const { source, cells } of rows) {
    if (source !== null) sources.add(source);
    for (const { permission } of cells.values()) if (permission?.rule) rules.add(permission.rule);
  }
  return { sources: [...sources].sort(), rules: [...rules].sort() };
}

/** The shapes of one line that look alike, as one path each: many small drawings take longer than one of many parts. */
export interface Strokes {
  readonly state: CellState;
  /** Whether they are none of those that were asked for. */
  readonly other: boolean;
  readonly fill: string;
  readonly stroke: string;
}

/** The cells of a line, drawn in columns of a width from left to right, in lines of a height. */
export function drawLine(
  { cells }: Pick<Row, 'cells'>,
  projects: readonly Project[],
  { column, height }: { readonly column: number; readonly height: number },
  fits: ((cell: Cell) => boolean) | undefined,
): readonly Strokes[] {
  const drawn = new Map<string, Strokes>();
  const [left, top] = [(column - BOX) / 2, (height - BOX) / 2];
  projects.forEach(({ projectId }, index) => {
    const cell = cells.get(projectId);
    if (cell === undefined) return;
    const other = fits !== undefined && !fits(cell);
    const key = `${cell.state} ${other}`;
    const { fill, stroke } = SHAPES[cell.state];
    const at = `M${left + index * column} ${top}`;
    const before = drawn.get(key) ?? { state: cell.state, other, fill: '', stroke: '' };
    drawn.set(key, {
      ...before,
      fill: fill ? before.fill + at + fill : '',
      stroke: stroke ? before.stroke + at + stroke : '',
    });
  });
  return [...drawn.values()];
}
