import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren, TargetedEvent, TargetedKeyboardEvent, TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Cell } from '../model/cell.ts';
import type { Project } from '../model/ledger.ts';
import type { Line } from '../model/matrix.ts';
import type { RowChanges } from '../model/plan.ts';
import {
  anchoredTop,
  blockTop,
  type KeptPlace,
  move,
  type Place,
  placeOf,
  scrollTo,
  windowOf,
} from '../model/viewport.ts';
import { changed, go, loaded, now, places, route } from '../store.ts';
import { Heads } from './heads.tsx';
import { LINE, LineView } from './line.tsx';

/** Pixels. */
const NARROWEST = 34;
const WIDEST = 128;
/** From this width on, a project's name is written across. */
const ACROSS = 112;
/** Below this width of the headings, only what tells one from the other stands in them. */
const TIGHT = 290;
const SLIM = 380;

interface GridProps {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly projects: readonly Project[];
  /** Of the cells those that were asked for; undefined where all are. */
  readonly fits?: ((cell: Cell) => boolean) | undefined;
  /** What a plan does about the lines, by checkpoint. */
  readonly changes?: ReadonlyMap<string, RowChanges>;
  /** In the corner, behind its name. */
  readonly corner?: ComponentChildren;
}

/**
 * The matrix as an ARIA grid: one place in it takes the focus, arrows lead on, Enter tells the story. Only the lines in view are
 * there; a screen reader is told how many there are.
 */
export function Grid({ label, lines, projects, fits, changes, corner }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const scroll = useSignal(0);
  const size = useSignal({ width: 0, height: 600, heads: 120 });
  const at = useSignal<KeptPlace>({ line: 0, column: 0 });
  const wantsFocus = useRef(false);
  /** The lines that the scroll position is of. */
  const scrolled = useRef(lines);
  // Scrolling within a block of lines draws nothing.
  const top = useComputed(() => blockTop(scroll.value, LINE));

  const { checkpoint, project } = route.value;
  const { first, end } = windowOf(top.value, size.value.height, LINE, lines.length);
  const head = size.value.width < 700 ? Math.max(150, size.value.width * 0.42) : Math.min(460, size.value.width * 0.34);
  const room = (size.value.width - head - 16) / Math.max(1, projects.length);
  // An odd number, so that its middle is a pixel, and no shape or line is blurred.
  const column = Math.floor((Math.max(NARROWEST, Math.min(WIDEST, room)) - 1) / 2) * 2 + 1;
  const place = placeOf(at.value, lines, projects);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const heads = element.querySelector<HTMLElement>('.heads')?.offsetHeight ?? 0;
      size.value = { width: element.clientWidth, height: element.clientHeight - heads, heads };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [size]);

  const keep = (next: Place): KeptPlace => {
    return { ...next, key: lines[next.line]?.key, projectId: projects[next.column - 1]?.projectId };
  };

  // Nothing moves under the hand of somebody who is about to click.
  useLayoutEffect(() => {
    const top = anchoredTop(scroll.peek(), LINE, scrolled.current, lines);
    scrolled.current = lines;
    if (box.current === null || top === scroll.peek()) return;
    box.current.scrollTop = top;
    scroll.value = top;
  }, [lines, scroll]);

  const focus = (next: Place) => {
    const element = box.current;
    if (element === null) return;
    at.value = keep(next);
    element.scrollTop = scrollTo(next.line, element.scrollTop, size.value.height, LINE);
    scroll.value = element.scrollTop;
    wantsFocus.current = true;
  };

  // As soon as it is drawn there: before that it cannot take it.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const cell = box.current?.querySelector<HTMLElement>('[data-line] [tabindex="0"]');
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const open = ({ line, column: atColumn }: Place): boolean => {
    const opened = lines[line];
    if (opened?.kind !== 'row') return false;
    go({ checkpoint: opened.row.checkpoint, project: projects[atColumn - 1]?.projectId ?? null });
    return true;
  };

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.altKey || event.metaKey) return;
    if (event.target instanceof HTMLButtonElement) return;
    if (event.key === 'Escape') go({ checkpoint: null, project: null });
    // As it is now: of two keys in a frame the second comes before anything is drawn anew.
    const from = placeOf(at.value, lines, projects);
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(from);
      return;
    }
    const page = Math.max(1, Math.floor(size.value.height / LINE) - 1);
    const next = move(from, event.key, event.ctrlKey, { lines: lines.length, columns: projects.length, page });
    if (next === undefined) return;
    event.preventDefault();
    focus(next);
  };

  const onClick = ({ target }: TargetedMouseEvent<HTMLDivElement>) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
    const line = cell?.closest<HTMLElement>('[data-line]');
    if (!cell || !line) return;
    const clicked = { line: Number(line.dataset.line), column: Number(cell.dataset.column) };
    at.value = keep(clicked);
    // The story takes the focus, and gives it back to this place.
    if (!open(clicked)) focus(clicked);
  };

  const onScroll = ({ currentTarget: element }: TargetedEvent<HTMLDivElement>) => {
    const next = windowOf(element.scrollTop, size.value.height, LINE, lines.length);
    const isLost = place.line < next.first || place.line >= next.end;
    // Else the focus would be gone with the line that has it, and the keys with the focus.
    if (isLost && element.contains(document.activeElement)) element.focus({ preventScroll: true });
    scroll.value = element.scrollTop;
  };

  const isAcross = column >= ACROSS;
  const isInView = place.line >= first && place.line < end;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of which only the lines in view are there, with the keys of a grid.
    <div
      ref={box}
      class={`grid${isAcross ? ' across' : ''}${head < TIGHT ? ' tight' : head < SLIM ? ' slim' : ''}`}
      role="grid"
      aria-label={label}
      aria-rowcount={lines.length + 1}
      aria-colcount={projects.length + 1}
      aria-busy={!loaded.value}
      // Where the place with the focus is scrolled out of view, the grid itself keeps the keys.
      tabIndex={isInView ? -1 : 0}
      style={{ '--head': `${Math.round(head)}px`, '--column': `${column}px`, '--columns': projects.length }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseOver={explain}
      onFocus={explain}
      onScroll={onScroll}
    >
      <Heads projects={projects} corner={corner} />
      <div class="space" style={{ height: `${first * LINE}px` }} role="presentation" />
      {lines.slice(first, end).map((line, index) => (
        <LineView
          key={line.key}
          line={line}
          index={first + index}
          projects={projects}
          place={line.kind === 'row' ? places.value.get(line.row.checkpoint) : undefined}
          fits={fits}
          changes={line.kind === 'row' ? changes?.get(line.row.checkpoint) : undefined}
          width={column}
          focused={place.line === first + index ? place.column : -1}
          told={line.kind === 'row' && line.row.checkpoint === checkpoint ? (project ?? '') : null}
          changed={changed.value}
          now={now.value}
        />
      ))}
      <div class="space" style={{ height: `${Math.max(0, lines.length - end) * LINE}px` }} role="presentation" />
    </div>
  );
}

/** What a cell tells a screen reader, it tells who points at it; only then, for there are many. */
function explain({ target }: Event): void {
  if (target instanceof HTMLElement && target.classList.contains('cell')) target.title = target.ariaLabel ?? '';
}
