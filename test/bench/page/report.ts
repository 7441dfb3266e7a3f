import { median } from '../median.ts';
import type { Section } from '../section.ts';
import { type Column, renderTable } from '../table.ts';
import { type Acted, CHECKPOINTS, type Measured, PROJECTS } from './measure.ts';

/** What is taken for at once, and what a frame may take so that nobody sees one missing. */
const [VIEW_MS, TASK_MS] = [1_000, 50];

const COLUMNS: readonly Column<Acted>[] = [
  { head: 'main thread, while', cell: ({ what }) => what },
  { head: 'tasks', cell: ({ count }) => count },
  { head: 'longest ms', cell: ({ longestMs }) => longestMs.toFixed(1), meaning: 'of the processor, in one task' },
  {
    head: 'by the clock',
    cell: ({ longestWallMs }) => longestWallMs.toFixed(1),
    meaning: 'the same, with what other processes took meanwhile',
  },
];

export function pageSection({ views, acted }: Measured): Section {
  const first = median(views.map(({ firstMs }) => firstMs));
  const all = median(views.map(({ allMs }) => allMs));
  const size = `${CHECKPOINTS.toLocaleString('en')} checkpoints and ${PROJECTS} projects`;
  const opened = `First view after ${first.toFixed(0)} ms, all of it after ${all.toFixed(0)} ms (medians of ${views.length}).\n`;
  return {
    name: 'page',
    rows: [{ firstMs: first, allMs: all }, ...acted],
    text: `${renderTable(`The page over ${size}`, COLUMNS, acted)}\n${opened}`,
    limits: [
      { what: 'first view: milliseconds', is: first, atMost: VIEW_MS },
      ...acted.map(({ what, longestMs }) => ({
        what: `${what}: milliseconds in one task`,
        is: longestMs,
        atMost: TASK_MS,
      })),
    ],
  };
}
