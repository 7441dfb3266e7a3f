import type { ComponentChildren } from 'preact';
import type { ShownCheckpoint, ShownPermission } from '../../lambdas/shared/contract/operator.ts';
import { type Cell, MEANINGS, nameOf } from '../model/cell.ts';
import { go, ledger, places } from '../store.ts';
import { CellActs } from './acts.tsx';
import { ShapeOf } from './shape.tsx';
import { When } from './when.tsx';

interface OneProjectProps {
  readonly checkpoint: string;
  readonly projectId: string;
  readonly cell: Cell | undefined;
  readonly told: ShownCheckpoint | undefined;
}

/** One project's permission for a checkpoint. */
export function OneProject({ checkpoint, projectId, cell, told }: OneProjectProps) {
  const permission = told?.permissions.find((each) => each.projectId === projectId);
  const project = ledger.value.projects.get(projectId);
  const name = project ? nameOf(project) : projectId;
  return (
    <section class="one">
      <p class="state">
        {cell && <ShapeOf state={cell.state} />}
        <strong>{name}</strong> {cell ? cell.state : 'not shared'}
        <button type="button" class="link" onClick={() => go({ project: null })}>
          all projects
        </button>
      </p>
      {cell && <p class="faint">{upper(MEANINGS[cell.state])}.</p>}
      {(permission?.reason ?? cell?.permission?.reason) && (
        <p>{upper(permission?.reason ?? cell?.permission?.reason ?? '')}.</p>
      )}
      {permission && <Facts permission={permission} checkpoint={checkpoint} />}
      {(cell?.duplicates.length ?? 0) > 0 && (
        <p>
          OpenAI has made {cell?.duplicates.length} more for it:{' '}
          {cell?.duplicates.map((each) => each.permissionId).join(', ')}.
        </p>
      )}
      <CellActs checkpoint={checkpoint} projectId={projectId} cell={cell} />
    </section>
  );
}

function upper(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/\.$/, '');
}

function Facts({ permission, checkpoint }: { readonly permission: ShownPermission; readonly checkpoint: string }) {
  const { permissionId, rule, origin, sharedAt, verifiedAt, expiresAt, dueAt, hold, paused, state } = permission;
  const place = places.value.get(checkpoint);
  return (
    <dl>
      <Fact name="Permission">{permissionId && <code>{permissionId}</code>}</Fact>
      <Fact name="Wanted by">{rule ? `rule “${rule}”` : origin}</Fact>
      <Fact name="Shared">{sharedAt && <When at={sharedAt} />}</Fact>
      <Fact name="Last seen">{verifiedAt && <When at={verifiedAt} />}</Fact>
      <Fact name="Expires">{expiresAt && <When at={expiresAt} ahead />}</Fact>
      <Fact name="Next try">{dueAt && <When at={dueAt} ahead />}</Fact>
      <Fact name="Queue">{state === 'pending' && place !== undefined && `place ${place}`}</Fact>
      <Fact name="Paused">{paused}</Fact>
      <Fact name={upper(hold?.kind ?? '')}>
        {hold && (
          <>
            <When at={hold.at} />
            {hold.by && ` by ${hold.by}`}
          </>
        )}
      </Fact>
    </dl>
  );
}

/** Nothing where there is nothing to say. */
function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
