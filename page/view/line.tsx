import { Component } from 'preact';
import type { PlannedChange } from '../../lambdas/shared/contract/operator.ts';
import { type Cell, MEANINGS, nameOf } from '../model/cell.ts';
import type { Project } from '../model/ledger.ts';
import { drawLine, type Line, type RowLine, type SourceLine } from '../model/matrix.ts';
import { nameCheckpoint, plural, showDay } from '../model/names.ts';
import { drawChanges, type RowChanges, tellChanges } from '../model/plan.ts';

/** Its height in pixels, as `--line` of the style sheet has it. */
export const LINE = 32;

interface LineProps {
  readonly line: Line;
  /** Among all lines, from 0 on. */
  readonly index: number;
  readonly projects: readonly Project[];
  /** Of a column, in pixels. */
  readonly width: number;
  /** Its place in the queue; undefined where it waits for nothing. */
  readonly place: number | undefined;
  readonly fits: ((cell: Cell) => boolean) | undefined;
  /** What a plan does about it; undefined where no plan is shown. */
  readonly changes: RowChanges | undefined;
  /** The column that takes the focus; -1 where none of this line does. */
  readonly focused: number;
  /** The project whose story is told, or '' where it is the whole line's; null where it is none of this line. */
  readonly told: string | null;
  readonly changed: ReadonlySet<string>;
  readonly now: number;
}

/** A line of the matrix, drawn again only when something of it is another. */
export class LineView extends Component<LineProps> {
  override shouldComponentUpdate(next: Readonly<LineProps>): boolean {
    const { props } = this;
    return (Object.keys(next) as (keyof LineProps)[]).some((name) => next[name] !== props[name]);
  }

  override render({ line, ...rest }: Readonly<LineProps>) {
    return line.kind === 'row' ? <CheckpointLine line={line} {...rest} /> : <Heading line={line} {...rest} />;
  }
}

type Of<Kind extends Line> = Omit<LineProps, 'line'> & { readonly line: Kind };

function Heading({ line: { source, jobs, rows }, index, focused }: Of<SourceLine>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of the grid.
    // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus.
    <div role="row" aria-rowindex={index + 2} data-line={index} class="line source">
      {/* It has no other cell, and takes the focus whatever the column is. */}
      {/* biome-ignore lint/a11y/useSemanticElements: the heading of a line of the grid. */}
      <div role="rowheader" class="head" data-column={0} tabIndex={focused >= 0 ? 0 : undefined}>
        <strong>{source ?? 'Of no source'}</strong>
        <span class="faint">
          {plural(jobs, 'job')}, {plural(rows, 'checkpoint')}
        </span>
      </div>
    </div>
  );
}

function CheckpointLine(props: Of<RowLine>) {
  const { line, index, projects, place, width, fits, changes, focused, told, changed, now } = props;
  const { row, job, first } = line;
  const { title, base, family, which } = nameCheckpoint(row.checkpoint);
  // What is to change is drawn as that alone.
  const drawn = changes ? new Map([...row.cells].filter(([projectId]) => !changes.has(projectId))) : row.cells;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of the grid.
    // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus.
    <div
      role="row"
      aria-rowindex={index + 2}
      data-line={index}
      class={`line${first ? ' first' : ''}${told === null ? '' : ' told'}`}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: the heading of a line of the grid. */}
      <div
        role="rowheader"
        class="head"
        data-column={0}
        tabIndex={focused === 0 ? 0 : undefined}
        aria-label={`${title}, ${which}, ${base}, ${row.jobId ?? 'of no job'}`}
        aria-selected={told === '' || undefined}
        title={row.checkpoint}
      >
        <span class={first ? 'title' : 'title again'}>{title}</span>
        <span class={which === 'final' ? 'which final' : 'which'}>{which}</span>
        {first && <span class="base">{family}</span>}
        {job && first && <time dateTime={job.createdAt}>{showDay(job.createdAt, now)}</time>}
      </div>
      {projects.map(({ projectId, project }, at) => {
        const cell = row.cells.get(projectId);
        const isChanged = cell !== undefined && changed.size > 0 && changed.has(`${row.checkpoint} ${projectId}`);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a cell of the grid.
          <div
            key={projectId}
            role="gridcell"
            class={isChanged ? 'cell changed' : 'cell'}
            data-column={at + 1}
            tabIndex={focused === at + 1 ? 0 : undefined}
            aria-selected={told === projectId || undefined}
            aria-label={labelOf(nameOf({ project, projectId }), cell, place, changes?.get(projectId))}
          />
        );
      })}
      <svg class="drawing" width={projects.length * width} height={LINE} aria-hidden="true">
        {drawLine({ cells: drawn }, projects, { column: width, height: LINE }, fits).map(
          ({ state, other, fill, stroke }) => (
            <g key={`${state} ${other}`} class={`s-${state}${other ? ' other' : ''}`}>
              {stroke && <path class="stroke" d={stroke} />}
              {fill && <path class="fill" d={fill} />}
            </g>
          ),
        )}
        {changes &&
          drawChanges(changes, projects, { column: width, height: LINE }).map(({ change, underWay, path, ground }) => (
            <g key={`${change} ${underWay}`} class={`c-${change}${underWay ? ' under-way' : ''}`}>
              <path class="ground" d={ground} />
              <path class="stroke" d={path} />
            </g>
          ))}
        {place !== undefined &&
          changes === undefined &&
          placesIn(row.cells, projects).map((at) => (
            <text key={at} class="place" x={(at + 0.5) * width} y={LINE / 2 + 4}>
              {place > 99 ? '…' : place}
            </text>
          ))}
      </svg>
    </div>
  );
}

/** The columns in which something waits for its turn. */
function placesIn(cells: ReadonlyMap<string, Cell>, projects: readonly Project[]): readonly number[] {
  return projects.flatMap(({ projectId }, at) => (cells.get(projectId)?.state === 'pending' ? [at] : []));
}

function labelOf(
  name: string,
  cell: Cell | undefined,
  place: number | undefined,
  changes: readonly PlannedChange[] | undefined,
): string {
  if (changes) return `${name}: ${cell?.state ?? 'not shared'}; ${tellChanges(changes)}`;
  if (cell === undefined) return `${name}: not shared`;
  const queue = cell.state === 'pending' && place !== undefined ? `, place ${place} in the queue` : '';
  return `${name}: ${cell.state}${queue}. ${MEANINGS[cell.state]}`;
}
