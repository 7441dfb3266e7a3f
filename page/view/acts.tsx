import { useState } from 'preact/hooks';
import {
  type Act,
  actsFor,
  headingOf,
  LABELS,
  labelOf,
  NO_TERMS,
  pausesFor,
  type Rest,
  wordsOf,
} from '../model/acts.ts';
import { type Cell, nameOf } from '../model/cell.ts';
import { commandLine } from '../model/command-line.ts';
import type { Project } from '../model/ledger.ts';
import { about, ledger, status } from '../store.ts';
import { ActDialog } from './act-dialog.tsx';
import { Copyable } from './copyable.tsx';

/** What can be done: as buttons, or where the page may change nothing, as commands to type. */
export function Acts({ acts }: { readonly acts: readonly Act[] }) {
  const [chosen, setChosen] = useState<Act | null>(null);
  const { allowChanges = false, stack = '' } = about.value ?? {};
  if (acts.length === 0) return null;
  if (!allowChanges) {
    return (
      <details class="acts">
        <summary>What can be done, on the command line</summary>
        <dl>
          {acts.map((act) => (
            <div key={headingOf(act)}>
              <dt>{LABELS[act.kind]}</dt>
              <dd>
                <Copyable text={commandLine(wordsOf(act, NO_TERMS), stack)} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    );
  }
  return (
    <div class="acts">
      <div class="together">
        {acts.map((act) => (
          <button
            type="button"
            key={headingOf(act)}
            class={act.kind === 'revoke' ? 'button danger' : 'button'}
            aria-haspopup="dialog"
            onClick={() => setChosen(act)}
          >
            {`${labelOf(act)}\u00a0…`}
          </button>
        ))}
      </div>
      {chosen && <ActDialog key={headingOf(chosen)} act={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}

interface CellActsProps {
  readonly checkpoint: string;
  readonly projectId: string;
  readonly cell: Cell | undefined;
}

/** What can be done about one project's permission, and about the rule and source that it is of. */
export function CellActs({ checkpoint, projectId, cell }: CellActsProps) {
  const project = ledger.value.projects.get(projectId) ?? { projectId, project: cell?.project ?? null };
  const row = ledger.value.rows.get(checkpoint);
  const rule = cell?.permission?.rule;
  const rests: Rest[] = [...(rule ? [{ rule }] : []), ...(row?.source ? [{ source: row.source }] : [])];
  const acts = actsFor(checkpoint, [project], new Map(cell && [[projectId, cell]]));
  return <Acts acts={[...acts, ...pausesFor(rests, status.value?.paused)]} />;
}

/** What can be done about several projects' permissions for a checkpoint at once. */
export function RowActs({
  checkpoint,
  cells,
}: {
  readonly checkpoint: string;
  readonly cells: ReadonlyMap<string, Cell>;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const projects: readonly Project[] = [...ledger.value.projects.values()];
  const toggle = (projectId: string) => {
    const next = new Set(chosen);
    if (!next.delete(projectId)) next.add(projectId);
    setChosen(next);
  };
  const acts = actsFor(
    checkpoint,
    projects.filter(({ projectId }) => chosen.has(projectId)),
    cells,
  );
  return (
    <details class="acts">
      <summary>Act on several projects</summary>
      <fieldset>
        <legend class="unseen">For which projects</legend>
        {projects.map((project) => (
          <label key={project.projectId}>
            <input type="checkbox" checked={chosen.has(project.projectId)} onChange={() => toggle(project.projectId)} />
            {nameOf(project)}
          </label>
        ))}
      </fieldset>
      {chosen.size === 0 ? <p class="faint">Choose the projects that it is to be for.</p> : <Acts acts={acts} />}
    </details>
  );
}
