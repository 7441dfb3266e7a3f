import { SIGNS } from '../../bin/ckpt/plan/plan-words.ts';
import { CHANGES, type Change } from '../../lambdas/core/plan/change.ts';
import type { Plan, PlannedChange } from '../../lambdas/shared/contract/operator.ts';
import { type Ledger, type Project, type Row, rowOfPlanned } from './ledger.ts';
import { groupRows, linesOf } from './matrix.ts';
import { BOX, CHANGE_SHAPES } from './shapes.ts';

/** What is to be done about one checkpoint, by project id; more than one change where OpenAI has made it more than once. */
export type RowChanges = ReadonlyMap<string, readonly PlannedChange[]>;

/** One change with what it is of. */
export interface ListedChange extends PlannedChange {
  readonly checkpoint: string;
}

/** How many changes there are of each kind, in the order in which they are told; none of those of which there are none. */
export function countsOfPlan({
  counts,
}: Pick<Plan, 'counts'>): readonly { readonly change: Change; readonly count: number }[] {
  return CHANGES.map((change) => ({ change, count: counts[change] })).filter(({ count }) => count > 0);
}

/** The changes of one kind, or of all (null), one after the other. */
export function listChanges({ checkpoints }: Pick<Plan, 'checkpoints'>, only: Change | null): readonly ListedChange[] {
  return checkpoints.flatMap(({ checkpoint, changes }) =>
    changes.filter(({ change }) => only === null || change === only).map((change) => ({ checkpoint, ...change })),
  );
}

/** The part of the matrix that a plan changes: the checkpoints and projects that a change of the kind is about, and no others. */
export function matrixOfPlan({ checkpoints }: Pick<Plan, 'checkpoints'>, ledger: Ledger, only: Change | null) {
  const rows = new Map<string, Row>();
  const changes = new Map<string, RowChanges>();
  const named = new Map<string, Project>();
  for (const planned of checkpoints) {
    const own = planned.changes.filter(({ change }) => only === null || change === only);
    if (own.length === 0) continue;
    const { checkpoint } = planned;
    rows.set(checkpoint, ledger.rows.get(checkpoint) ?? rowOfPlanned(planned));
    changes.set(
      checkpoint,
      Map.groupBy(own, ({ projectId }) => projectId),
    );
    for (const { projectId, project } of own) named.set(projectId, { projectId, project });
  }
  const known = [...ledger.projects.values()].filter(({ projectId }) => named.has(projectId));
  const others = [...named.values()].filter(({ projectId }) => !ledger.projects.has(projectId));
  const groups = groupRows({ rows, jobs: ledger.jobs });
  const { lines } = linesOf(groups, { row: ({ checkpoint }) => rows.has(checkpoint), cell: undefined });
  return { lines, changes, projects: [...known, ...others] };
}

/** The signs of one kind in one line as one path. */
export interface Signs {
  readonly change: Change;
  /** Whether they are in the ledger already, and are being carried out. */
  readonly underWay: boolean;
  readonly path: string;
  /** What stands behind them. */
  readonly ground: string;
}

/** The changes of a line, drawn as `drawLine` draws its states. */
export function drawChanges(
  changes: RowChanges,
  projects: readonly Project[],
  { column, height }: { readonly column: number; readonly height: number },
): readonly Signs[] {
  const drawn = new Map<string, Signs>();
  const [left, top] = [(column - BOX) / 2, (height - BOX) / 2];
  projects.forEach(({ projectId }, index) => {
    const first = changes.get(projectId)?.[0];
    if (first === undefined) return;
    const { change, underWay } = first;
    const key = `${change} ${underWay}`;
    const { path, ground } = drawn.get(key) ?? { path: '', ground: '' };
    const x = left + index * column;
    drawn.set(key, {
      change,
      underWay,
      path: `${path}M${x} ${top}${CHANGE_SHAPES[change]}`,
      ground: `${ground}M${x - 3} ${top - 3}h26v26h-26z`,
    });
  });
  return [...drawn.values()];
}

/** `to revoke: no rule wants it any more, under way already`, for whoever does not see the drawing. */
export function tellChanges(changes: readonly PlannedChange[]): string {
  return changes
    .map(({ change, reason, underWay }) => `${SIGNS[change].word}: ${reason}${underWay ? ', under way already' : ''}`)
    .join('; ');
}
