import { useMemo, useState } from 'preact/hooks';
import { SIGNS } from '../../bin/ckpt/plan/plan-words.ts';
import type { Change } from '../../lambdas/core/plan/change.ts';
import type { Plan } from '../../lambdas/shared/contract/operator.ts';
import { nameOf } from '../model/cell.ts';
import { nameCheckpoint } from '../model/names.ts';
import { countsOfPlan, listChanges, matrixOfPlan } from '../model/plan.ts';
import { CHANGE_SHAPES } from '../model/shapes.ts';
import { go, ledger, route } from '../store.ts';
import { Grid } from './grid.tsx';
import { LINE } from './line.tsx';

/** The changes of a plan, on the part of the matrix that they change or as a list. */
export function Changes({ plan }: { readonly plan: Plan }) {
  const counts = countsOfPlan(plan);
  const { asList, change } = route.value;
  if (counts.length === 0) return null;
  const only = counts.some((each) => each.change === change) ? change : null;
  return (
    <section aria-label="Changes">
      <div class="kinds">
        <fieldset class="switch">
          <legend class="unseen">Show them</legend>
          {([false, true] as const).map((list) => (
            <button
              type="button"
              key={String(list)}
              aria-pressed={asList === list}
              onClick={() => go({ asList: list })}
            >
              {list ? 'List' : 'Matrix'}
            </button>
          ))}
        </fieldset>
        <ul class="legend" aria-label="Kinds of change, to be narrowed by">
          {counts.map((each) => (
            <li key={each.change}>
              <button
                type="button"
                aria-pressed={only === each.change}
                onClick={() => go({ change: only === each.change ? null : each.change })}
              >
                <Sign change={each.change} />
                {SIGNS[each.change].word} <span class="count">{each.count.toLocaleString('en')}</span>
              </button>
            </li>
          ))}
        </ul>
        {plan.underWay > 0 && !asList && <p class="faint">Pale: under way already.</p>}
      </div>
      {asList ? <ChangeList plan={plan} only={only} /> : <ChangeGrid plan={plan} only={only} />}
      {plan.leftOut > 0 && (
        <p class="faint said">{plan.leftOut.toLocaleString('en')} changes more are counted, and not shown here.</p>
      )}
    </section>
  );
}

interface ShownProps {
  readonly plan: Plan;
  /** The one kind that is shown; null for all. */
  readonly only: Change | null;
}

function ChangeGrid({ plan, only }: ShownProps) {
  const { lines, changes, projects } = useMemo(
    () => matrixOfPlan(plan, ledger.value, only),
    [plan, ledger.value, only],
  );
  return (
    <div class="planned" style={{ '--rows': `${(lines.length + 1) * LINE + 130}px` }}>
      <Grid label="What would change: checkpoints by projects" lines={lines} projects={projects} changes={changes} />
    </div>
  );
}

/** So many are shown at first, and with each wish for more. */
const SOME = 200;

function ChangeList({ plan, only }: ShownProps) {
  const [most, setMost] = useState(SOME);
  const all = listChanges(plan, only);
  return (
    <>
      <div class="scroll">
        <table class="changes">
          <thead>
            <tr>
              {['Change', 'Checkpoint', 'Project', 'Why'].map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.slice(0, most).map(({ checkpoint, change, projectId, project, permissionId, reason, underWay }) => {
              const { title, which } = nameCheckpoint(checkpoint);
              return (
                <tr key={`${checkpoint} ${projectId} ${permissionId}`}>
                  <td class="what">
                    <Sign change={change} /> <span class="word">{SIGNS[change].word}</span>
                    {underWay && <span class="faint"> under way</span>}
                  </td>
                  <td>
                    <button
                      type="button"
                      class="link"
                      title={checkpoint}
                      onClick={() => go({ checkpoint, project: projectId })}
                    >
                      {title} {which}
                    </button>
                  </td>
                  <td>{nameOf({ project, projectId })}</td>
                  <td class="faint">{reason}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {all.length > most && (
        <p class="said">
          <button type="button" class="button" onClick={() => setMost(most + SOME)}>
            Show {Math.min(SOME, all.length - most)} more of {all.length.toLocaleString('en')}
          </button>
        </p>
      )}
    </>
  );
}

/** The sign of a kind of change; what it means stands beside it. */
function Sign({ change }: { readonly change: Change }) {
  return (
    <svg class={`shape c-${change}`} viewBox="-3 -3 26 26" aria-hidden="true">
      <path class="ground" d="M-3-3h26v26h-26z" />
      <path class="stroke" d={`M0 0${CHANGE_SHAPES[change]}`} />
    </svg>
  );
}
