import { useEffect, useMemo, useState } from 'preact/hooks';
import { LANES } from '../../lambdas/core/model/permission.ts';
import { ENDPOINT_OF } from '../../lambdas/core/pacing/endpoints.ts';
import type { EndpointStatus, QueueDepth, Status } from '../../lambdas/shared/contract/operator.ts';
import { ask } from '../ask.ts';
import { pausesFor } from '../model/acts.ts';
import { plural } from '../model/names.ts';
import { forecast, nameOfEndpoint, waitingIn } from '../model/queue.ts';
import { whenSeen } from '../seen.ts';
import { heard, ledger, places } from '../store.ts';
import { Acts } from './acts.tsx';
import { Sheet } from './sheet.tsx';
import { useAnswer } from './use-answer.ts';
import { WaitingList } from './waiting-list.tsx';
import { WindowOf } from './window.tsx';

const TICK_MS = 500;
/** It reads the whole ledger: between two of these the windows are worked out from when their calls began. */
const STATUS_MS = 15_000;

/** How fast OpenAI is asked, when the next call may go, and what waits for it. */
export function QueueView() {
  const [clock, setClock] = useState(Date.now());
  // Nobody is asked while nobody looks.
  useEffect(() => whenSeen(() => setClock(Date.now()), TICK_MS), [clock]);
  const again = `${heard.value} ${Math.floor(clock / STATUS_MS)}`;
  const answered = useAnswer('status', (signal) => ask('status', {}, signal), again);
  const { value } = answered;
  // By the clock of who told it, which this machine's may be some seconds off.
  const ahead = useMemo(() => (value ? Date.parse(value.at) - Date.now() : 0), [value]);
  const now = (at: string) => Math.max(clock + ahead, Date.parse(at));
  return <Sheet of={answered}>{(status) => <Queue status={status} now={now(status.at)} />}</Sheet>;
}

function Queue({ status, now }: { readonly status: Status; readonly now: number }) {
  const { due, pacer, queue, deadLetters, refusedProjects, paused } = status;
  const waiting = waitingIn(ledger.value.rows.values(), places.value);
  const laneOf = (endpoint: string) => LANES.find((lane) => ENDPOINT_OF[lane] === endpoint);
  return (
    <>
      <h2>Pace</h2>
      <p class="faint">
        OpenAI lets each admin endpoint be called so many times a minute. A slot is filled by a call, and free again a
        minute later.
      </p>
      <ul class="windows" aria-label="Pace of each admin endpoint">
        {pacer.map((endpoint) => (
          <WindowOf key={endpoint.endpoint} endpoint={endpoint} now={now} />
        ))}
      </ul>
      <Acts acts={pausesFor([{}], paused)} />
      <h2>What waits</h2>
      {LANES.map((lane) => {
        const endpoint = pacer.find((each) => laneOf(each.endpoint) === lane);
        return (
          <WaitingList
            key={lane}
            name={nameOfEndpoint(ENDPOINT_OF[lane])}
            due={due[lane]}
            waiting={waiting[lane]}
            starts={endpoint ? startsOf(endpoint, now, waiting[lane].length) : []}
            now={now}
          />
        );
      })}
      {refusedProjects.length > 0 && (
        <>
          <h3>Projects that OpenAI refuses</h3>
          <ul class="lines">
            {refusedProjects.map(({ project, projectId, reason }) => (
              <li key={projectId}>
                {project ?? projectId} <span class="faint">{reason}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>Jobs to look at</h2>
      <p>{tellDepth(queue, 'that a webhook or a sweep told of')}</p>
      {deadLetters !== null && deadLetters.waiting > 0 && (
        <p class="notice">
          {plural(deadLetters.waiting, 'message')} failed every time. See the logs of observe, then “ckpt redrive”.
        </p>
      )}
    </>
  );
}

/** Nobody waits to see when the hundredth goes. */
const MOST_FORECAST = 50;

function startsOf(endpoint: EndpointStatus, now: number, count: number): readonly number[] {
  return forecast(endpoint, now, Math.min(count, MOST_FORECAST));
}

function tellDepth(depth: QueueDepth | null, which: string): string {
  if (depth === null) return 'How many wait could not be read.';
  const { waiting, inFlight } = depth;
  if (waiting + inFlight === 0) return 'None waits.';
  return `${plural(waiting, 'job')} ${waiting === 1 ? 'waits' : 'wait'} ${which}; ${inFlight} being looked at.`;
}
