import { useEffect, useMemo, useRef } from 'preact/hooks';
import { ask } from '../ask.ts';
import { type Cell, nameOf } from '../model/cell.ts';
import { rowIn } from '../model/ledger.ts';
import { nameCheckpoint } from '../model/names.ts';
import { shutdownTold } from '../model/shutdown.ts';
import { go, ledger, loaded, now, route, status } from '../store.ts';
import { RowActs } from './acts.tsx';
import { Boundary } from './boundary.tsx';
import { Copyable } from './copyable.tsx';
import { Curves } from './curves.tsx';
import { Happened } from './happened.tsx';
import { OneProject } from './permission.tsx';
import { ShapeOf } from './shape.tsx';
import { useAnswer } from './use-answer.ts';
import { WhyView } from './why.tsx';

/** All that is known of one checkpoint, or of one project's permission for it. */
export function Story() {
  const { checkpoint } = route.value;
  if (checkpoint === null) return null;
  return (
    <Boundary key={checkpoint}>
      <StoryOf checkpoint={checkpoint} />
    </Boundary>
  );
}

function StoryOf({ checkpoint }: { readonly checkpoint: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { project } = route.value;
  const row = useMemo(() => rowIn(ledger.value, checkpoint), [ledger.value, checkpoint]);
  // Of what nobody has ever shared there is nothing but its job.
  const isUnshared = row !== undefined && !ledger.value.rows.has(checkpoint);
  const question = isUnshared ? null : `show ${checkpoint}`;
  const shown = useAnswer(question, (signal) => ask('show', { what: checkpoint }, signal), row);
  const jobId = row?.jobId ?? null;
  const isJobless = jobId === null && (row !== undefined || loaded.value);
  const job = useAnswer(jobId, (signal) => ask('show', { what: jobId ?? '' }, signal), row);
  const { title, which } = nameCheckpoint(checkpoint);
  const told = shown.value?.kind === 'checkpoint' ? shown.value.checkpoint : undefined;
  const cell = project === null ? undefined : row?.cells.get(project);

  // Whoever opens it reads on here, and comes back to where they were in the matrix when they close it.
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    return () => document.querySelector<HTMLElement>('.grid [tabindex="0"]')?.focus({ preventScroll: true });
  }, []);

  return (
    <aside
      class="story"
      aria-labelledby="story-heading"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header>
        <h2 id="story-heading" tabIndex={-1} ref={heading}>
          {title} <span class="faint">{which}</span>
        </h2>
        <button type="button" class="close" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      <Copyable text={checkpoint} />
      {shown.problem && (
        <p class="notice bad" role="alert">
          {shown.problem.message} {shown.problem.next}
        </p>
      )}
      {project === null ? (
        <>
          <Everybody cells={inOrder(row?.cells)} />
          <RowActs checkpoint={checkpoint} cells={row?.cells ?? new Map()} />
        </>
      ) : (
        <OneProject checkpoint={checkpoint} projectId={project} cell={cell} told={told} />
      )}
      <Shutdown checkpoint={checkpoint} />
      <section>
        <h3>Why</h3>
        <WhyView checkpoint={checkpoint} jobId={jobId} projectId={project} again={row} />
      </section>
      <section>
        <h3>What happened</h3>
        {told || isUnshared ? (
          <Happened events={told?.history ?? []} projectId={project} />
        ) : (
          <p class="faint">Reading …</p>
        )}
      </section>
      <section>
        <h3>Training</h3>
        {job.value?.kind === 'job' ? (
          <>
            <p class="faint">
              {job.value.job.jobId} · {job.value.job.baseModel} · {job.value.job.status}
            </p>
            {job.value.job.note && <p>{job.value.job.note}</p>}
            <Curves checkpoints={job.value.job.checkpoints} told={checkpoint} />
          </>
        ) : (
          <p class="faint">{job.problem?.message ?? (isJobless ? 'Its job is in no source.' : 'Reading …')}</p>
        )}
      </section>
    </aside>
  );
}

function close(): void {
  go({ checkpoint: null, project: null });
}

/** In the order of the columns. */
function inOrder(cells: ReadonlyMap<string, Cell> = new Map()): readonly Cell[] {
  return [...ledger.value.projects.keys()].flatMap((projectId) => cells.get(projectId) ?? []);
}

function Everybody({ cells }: { readonly cells: readonly Cell[] }) {
  if (cells.length === 0) return <p>It is shared with nobody.</p>;
  return (
    <ul class="everybody">
      {cells.map((cell) => (
        <li key={cell.projectId}>
          <button type="button" class="link" onClick={() => go({ project: cell.projectId })}>
            <ShapeOf state={cell.state} />
            {nameOf(cell)}
          </button>
          <span class="faint">{cell.state}</span>
        </li>
      ))}
    </ul>
  );
}

function Shutdown({ checkpoint }: { readonly checkpoint: string }) {
  const { base } = nameCheckpoint(checkpoint);
  const told = shutdownTold(base, status.value?.shutdowns ?? [], now.value);
  if (told === undefined) return null;
  const { date, daysLeft, says } = told;
  const when = daysLeft > 0 ? `shuts down on ${date}, in ${daysLeft} days` : `was shut down on ${date}`;
  return (
    <p class={daysLeft <= 90 ? 'notice' : 'faint'}>
      {base} {when} <span class="faint">({says})</span>
    </p>
  );
}
