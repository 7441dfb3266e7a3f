import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/paint.ts';
import { type Column, table } from '../text/table.ts';
import { problemOf, type VerifiedCheckpoint, type VerifiedProject } from './verified.ts';

/** For people: a table and a verdict for each checkpoint. */
export function showVerified(checkpoints: readonly VerifiedCheckpoint[], paint: Paint, width: number | null): string {
  return checkpoints.map((each) => showOne(each, paint, width)).join('\n');
}

function showOne(verified: VerifiedCheckpoint, paint: Paint, width: number | null): string {
  const { checkpoint, projects } = verified;
  const rows = projects.length === 0 ? '' : table(projects, columns(paint), width);
  return `${paint('bold', checkpoint)}\n${rows}${showVerdict(verified, paint)}\n`;
}

function showVerdict({ checkpoint, ok, gone, projects }: VerifiedCheckpoint, paint: Paint): string {
  if (gone !== null) return paint('red', `OpenAI does not know it any more: ${oneLine(gone)}`);
  if (projects.length === 0) {
    return ok
      ? 'Nobody is to have it.'
      : paint('red', 'The ledger does not have it, and nobody wants it: check its id.');
  }
  if (ok) return paint('green', `All ${projects.length} projects that are to have it can use it.`);
  const bad = projects.flatMap((each) => {
    const problem = problemOf(checkpoint, each);
    return problem === null ? [] : [`  ${nameOf(each)}: ${oneLine(problem)}.`];
  });
  return [
    paint('red', `${bad.length} of ${projects.length} projects cannot use it, or not under the recorded id:`),
    ...bad,
  ].join('\n');
}

function columns(paint: Paint): readonly Column<VerifiedProject>[] {
  const colour = (cell: string, isBad: boolean) => (isBad ? paint('red', cell) : cell);
  return [
    { heading: 'PROJECT', text: nameOf },
    { heading: 'PERMISSION', text: showPermission, paint: (cell, { live }) => colour(cell, live !== 'there') },
    {
      heading: 'MODEL PERMISSIONS',
      text: ({ modelPermissions }) => modelPermissions,
      paint: (cell, { modelPermissions }) => colour(cell, modelPermissions === 'blocked'),
    },
    {
      heading: 'SEES IT',
      text: ({ sees }) => (sees === 'no-key' ? 'no key' : sees),
      paint: (cell, { sees }) => colour(cell, sees === 'no'),
    },
    { heading: 'WHY', text: ({ why, seesWhy }) => [why, seesWhy].filter((part) => part !== null).join('; ') },
  ];
}

function showPermission({ live, permissionId, recorded }: VerifiedProject): string {
  if (live === 'there') return `${permissionId} is there`;
  if (live === 'other-id') return `another id than ${permissionId}`;
  if (live === 'untracked') return `${permissionId} is there, untracked`;
  return recorded === null || recorded === 'active' ? 'missing' : `missing (${recorded})`;
}

function nameOf({ project, projectId }: VerifiedProject): string {
  return project ?? projectId;
}
