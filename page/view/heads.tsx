import type { ComponentChildren } from 'preact';
import { nameOf } from '../model/cell.ts';
import type { Project } from '../model/ledger.ts';

interface HeadsProps {
  readonly projects: readonly Project[];
  readonly corner: ComponentChildren;
}

/** The line of the projects, above a grid. */
export function Heads({ projects, corner }: HeadsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of the grid above.
    // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus.
    <div role="row" aria-rowindex={1} class="heads">
      {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: nothing is done with it. */}
      <div role="columnheader" class="corner">
        Checkpoint
        {corner}
      </div>
      {projects.map((project) => (
        // biome-ignore lint/a11y/useSemanticElements: as above.
        // biome-ignore lint/a11y/useFocusableInteractive: nothing is done with it.
        <div role="columnheader" class="project" key={project.projectId} title={project.projectId}>
          <span>{nameOf(project)}</span>
        </div>
      ))}
    </div>
  );
}
