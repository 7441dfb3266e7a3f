import type { CellState } from '../model/cell.ts';
import { SHAPES } from '../model/shapes.ts';

/** The shape of a state, in its colour. Its meaning is beside it, or in the label of what holds it. */
export function ShapeOf({ state }: { readonly state: CellState }) {
  const { fill, stroke } = SHAPES[state];
  return (
    <svg class={`shape s-${state}`} viewBox="0 0 20 20" aria-hidden="true">
      {fill && <path class="fill" d={`M0 0${fill}`} />}
      {stroke && <path class="stroke" d={`M0 0${stroke}`} />}
    </svg>
  );
}
