import type { EventEntry } from '../../lambdas/shared/contract/operator.ts';
import { nameOf } from '../model/cell.ts';
import { ledger } from '../store.ts';
import { When } from './when.tsx';

/** Events, newest first; those of one project alone, where one is named. */
export function Happened({
  events,
  projectId,
}: {
  readonly events: readonly EventEntry[];
  readonly projectId: string | null;
}) {
  const items = events.flatMap(({ id, at, actor, plan, note, changes }) =>
    changes
      .filter((change) => projectId === null || change.projectId === projectId)
      .map((change, index) => ({ key: `${id} ${index}`, at, actor, plan, note, ...change })),
  );
  if (items.length === 0) return <p class="faint">Nothing was done yet.</p>;
  return (
    <ol class="happened">
      {items.map(({ key, at, actor, plan, note, act, projectId: id, permissionId, reason }) => {
        const project = ledger.value.projects.get(id);
        return (
          <li key={key} class={`act-${act}`}>
            <p>
              <strong>{act}</strong>
              {projectId === null && ` for ${project ? nameOf(project) : id}`}
              <When at={at} />
            </p>
            <p class="faint">
              by {actor}
              {plan && ` under plan ${plan}`}
              {permissionId && ` · ${permissionId}`}
            </p>
            {(reason ?? note) && <p class="faint">{reason ?? note}</p>}
          </li>
        );
      })}
    </ol>
  );
}
