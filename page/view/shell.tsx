import type { ComponentType } from 'preact';
import { formatRoute, VIEWS, type ViewName } from '../route.ts';
import { about, announcement, go, live, problem, route, status } from '../store.ts';
import { Boundary } from './boundary.tsx';
import { Drop } from './drop.tsx';
import { HealthView } from './health.tsx';
import { MatrixView } from './matrix.tsx';
import { PlanView } from './plan.tsx';
import { QueueView } from './queue.tsx';

/** Every view: its name in the navigation, and what draws it. */
const VIEW_OF: Readonly<Record<ViewName, { readonly title: string; readonly View: ComponentType }>> = {
  matrix: { title: 'Matrix', View: MatrixView },
  plan: { title: 'Plan', View: PlanView },
  queue: { title: 'Queue', View: QueueView },
  health: { title: 'Health', View: HealthView },
};

export function Shell() {
  const { title, View } = VIEW_OF[route.value.view];
  // Whoever has the pages of two stacks open tells them apart by their tabs.
  document.title = [title, about.value?.stack ?? 'Checkpoint Sharing', about.value?.region].filter(Boolean).join(' · ');
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the {title.toLowerCase()}
      </button>
      <header class="top">
        <div class="brand">
          <h1>Checkpoint Sharing</h1>
          <Where />
        </div>
        <nav aria-label="Views">
          {VIEWS.map((view) => (
            <a
              key={view}
              href={formatRoute({ ...route.value, view, checkpoint: null, project: null })}
              aria-current={view === route.value.view ? 'page' : undefined}
            >
              {VIEW_OF[view].title}
            </a>
          ))}
        </nav>
        <Standing />
      </header>
      <Notices />
      <Drop />
      <main id="main" tabIndex={-1} aria-label={title}>
        <Boundary key={title}>
          <View />
        </Boundary>
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {announcement}
      </p>
    </>
  );
}

/** No link: the address behind the # is where somebody is on the page. */
function skip(): void {
  document.getElementById('main')?.focus();
}

function Where() {
  if (about.value === null) return null;
  const { stack, region } = about.value;
  return (
    <span class="where">
      {stack}
      {region && ` · ${region}`}
    </span>
  );
}

function Standing() {
  const isLive = live.value;
  return (
    <p class="standing">
      {about.value?.allowChanges && <span class="chip">changes allowed</span>}
      <span class={isLive ? 'live on' : 'live'}>{isLive ? 'live' : 'not live'}</span>
    </p>
  );
}

/** What everybody is to know, whatever they look at. */
function Notices() {
  const { paused, waitingPlan, absent } = status.value ?? {};
  const pauses = [
    ...(paused?.rules ?? []).map(({ rule }) => `rule “${rule}”`),
    ...(paused?.sources ?? []).map(({ source }) => `source ${source}`),
  ];
  return (
    <div class="notices">
      {problem.value && (
        <p class="notice bad" role="alert">
          <strong>{problem.value.message}</strong> {problem.value.next}
        </p>
      )}
      {paused?.all && (
        <p class="notice">
          Everything is paused{paused.all.why && `: ${paused.all.why}`}. Nothing is shared or revoked.
        </p>
      )}
      {pauses.length > 0 && <p class="notice">Paused: {pauses.join(', ')}.</p>}
      {waitingPlan && !waitingPlan.confirmed && (
        <p class="notice">
          A plan to revoke {waitingPlan.revocations} of {waitingPlan.tracked} permissions waits for a person.{' '}
          <button type="button" class="link" onClick={() => go({ view: 'plan' })}>
            Look at it
          </button>
        </p>
      )}
      {absent && (
        <p class="notice">
          OpenAI does not show {absent.permissions} permissions any more, which is not believed: {absent.reason}
        </p>
      )}
    </div>
  );
}
