import { useEffect } from 'preact/hooks';
import { groupFindings } from '../../bin/ckpt/doctor/groups.ts';
import type { Finding } from '../../lambdas/shared/contract/operator.ts';
import { checkUp, startCheckUp } from '../check-up.ts';
import { countFindings, worstFirst } from '../model/health.ts';
import { status } from '../store.ts';
import { KeysOf } from './keys.tsx';
import { Refusal } from './refusal.tsx';
import { Sources } from './sources.tsx';
import { When } from './when.tsx';

/** What is wrong, and how to mend it; how the sources do; which keys there are, and when they end. */
export function HealthView() {
  const { found, soFar } = checkUp.value;
  const findings = soFar ?? found?.findings;
  const projects = (status.value?.sources ?? []).filter(({ projectId }) => projectId !== null);
  useEffect(() => {
    if (found === null) void startCheckUp();
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which takes the keyboard, too.
    <section class="page health" tabIndex={0} aria-label="What it shows">
      <CheckUp />
      {findings && <Findings findings={findings} />}
      <h2>Sources</h2>
      <Sources />
      <h2>Keys</h2>
      <KeysOf title="Admin keys" project={null} />
      {projects.map(({ alias }) => (
        <KeysOf key={alias} title={`Keys of ${alias}`} project={alias} />
      ))}
    </section>
  );
}

function CheckUp() {
  const { says, found, problem } = checkUp.value;
  return (
    <header class="checked">
      <h2>{found ? `${countFindings(found.findings)}.` : 'Check-up'}</h2>
      <button type="button" class="button" disabled={says !== null} onClick={startCheckUp}>
        Check again
      </button>
      <p role="status" class="faint">
        {says ??
          (found && (
            <>
              Looked at <When at={found.at} />, version {found.version}.
            </>
          ))}
      </p>
      <Refusal problem={problem} />
    </header>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <div class="findings">
      {[...groupFindings(findings)].map(([title, group]) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          <ul>
            {worstFirst(group).map(({ check, state, message, mend }) => (
              <li key={`${check} ${message}`} class={`finding is-${state}`}>
                <Mark state={state} />
                <div>
                  <p>{message}</p>
                  {mend && <p class="mend">{mend}</p>}
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const MARKS: Readonly<Record<Finding['state'], { readonly path: string; readonly name: string }>> = {
  good: { path: 'M4 10.5l4 4l8-9', name: 'Good' },
  notice: { path: 'M10 4v7m0 3v2', name: 'To know of' },
  waiting: { path: 'M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14zm0 3v4.5l3 1.5', name: 'Not checked yet' },
  bad: { path: 'M5 5l10 10m0-10l-10 10', name: 'Bad' },
};

function Mark({ state }: Pick<Finding, 'state'>) {
  const { path, name } = MARKS[state];
  return (
    <svg class="mark" viewBox="0 0 20 20" role="img" aria-label={name}>
      <path d={path} />
    </svg>
  );
}
