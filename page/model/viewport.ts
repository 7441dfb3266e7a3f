import type { Project } from './ledger.ts';
import type { Line } from './matrix.ts';

/** Lines that are in view, and some around them, so that a fast scroll shows no gap: from `first` up to but not `end`. */
export interface Window {
  readonly first: number;
  readonly end: number;
}

const AROUND = 12;
/** The window moves by so many lines at a time: in between, scrolling is the browser's work alone. */
const BLOCK = 6;

/** Where the block of lines begins that a scroll position is in. */
export function blockTop(scrollTop: number, lineHeight: number): number {
  return Math.floor(Math.max(0, scrollTop) / lineHeight / BLOCK) * BLOCK * lineHeight;
}

/** Which of `count` lines, each `lineHeight` high, are drawn. All in pixels. */
export function windowOf(scrollTop: number, height: number, lineHeight: number, count: number): Window {
  const block = blockTop(scrollTop, lineHeight) / lineHeight;
  const inView = Math.ceil(height / lineHeight) + BLOCK;
  const end = Math.min(count, block + inView + AROUND);
  return { first: Math.max(0, Math.min(block - AROUND, end - inView)), end };
}

type Keyed = Pick<Line, 'key'>;

/**
 * Where to scroll, in pixels, so that the line at the top stays there when others come before it, or go: as before where it is at
 * the very top, which is where new ones are looked for, or is no more.
 */
export function anchoredTop(
  scrollTop: number,
  lineHeight: number,
  before: readonly Keyed[],
  lines: readonly Keyed[],
): number {
  const line = Math.floor(scrollTop / lineHeight);
  const key = before[line]?.key;
  if (scrollTop <= 0 || key === undefined || lines[line]?.key === key) return scrollTop;
  const moved = lines.findIndex((each) => each.key === key);
  return moved === -1 ? scrollTop : scrollTop + (moved - line) * lineHeight;
}

/** A place in the grid: a line, and a column, of which 0 is the line's heading. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A place with what was there: others may come to be before it. */
export interface KeptPlace extends Place {
  readonly key?: string | undefined;
  readonly projectId?: string | undefined;
}

/** Where that is now; where it is no more, what is there instead. */
export function placeOf(
  { line, column, key, projectId }: KeptPlace,
  lines: readonly Keyed[],
  projects: readonly Pick<Project, 'projectId'>[],
): Place {
  const isThere = key === undefined || lines[line]?.key === key;
  const movedLine = isThere ? line : lines.findIndex((each) => each.key === key);
  const isBelow = projectId === undefined || projects[column - 1]?.projectId === projectId;
  const movedColumn = isBelow ? column : projects.findIndex((each) => each.projectId === projectId) + 1;
  return {
    line: Math.min(movedLine === -1 ? line : movedLine, lines.length - 1),
    column: Math.min(movedColumn || column, projects.length),
  };
}

export interface GridSize {
  readonly lines: number;
  /** Without the headings. */
  readonly columns: number;
  /** Lines that PageUp and PageDown go. */
  readonly page: number;
}

/** Where a key leads to, as the grid pattern of the ARIA practices has it; undefined for keys that lead nowhere. */
export function move({ line, column }: Place, key: string, ctrl: boolean, size: GridSize): Place | undefined {
  const to = (nextLine: number, nextColumn: number): Place => ({
    line: clamp(nextLine, size.lines - 1),
    column: clamp(nextColumn, size.columns),
  });
  switch (key) {
    case 'ArrowUp':
      return to(line - 1, column);
    case 'ArrowDown':
      return to(line + 1, column);
    case 'ArrowLeft':
      return to(line, column - 1);
    case 'ArrowRight':
      return to(line, column + 1);
    case 'PageUp':
      return to(line - size.page, column);
    case 'PageDown':
      return to(line + size.page, column);
    case 'Home':
      return ctrl ? to(0, 0) : to(line, 0);
    case 'End':
      return ctrl ? to(size.lines - 1, size.columns) : to(line, size.columns);
    default:
      return undefined;
  }
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** How far to scroll so that a line is in view, below a heading of so many pixels. */
export function scrollTo(line: number, scrollTop: number, height: number, lineHeight: number): number {
  const top = line * lineHeight;
  if (top < scrollTop) return top;
  return top + lineHeight > scrollTop + height ? top + lineHeight - height : scrollTop;
}
