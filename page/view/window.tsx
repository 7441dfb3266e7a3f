import { showDuration } from '../../bin/ckpt/text/times.ts';
import type { EndpointStatus } from '../../lambdas/shared/contract/operator.ts';
import { nameOfEndpoint, windowAt } from '../model/queue.ts';

/** In the drawing's own measure. */
const [WIDE, HIGH, GAP] = [14, 36, 4];

/** One endpoint's window: a slot for each call that may go in a minute, which empties as that minute passes. */
export function WindowOf({ endpoint, now }: { readonly endpoint: EndpointStatus; readonly now: number }) {
  const { limit, ages, waitMs } = windowAt(endpoint, now);
  const { holdReason, configuredLimit } = endpoint;
  const slots = Math.max(limit, ages.length);
  const isHeld = waitMs > 0 && holdReason !== null;
  return (
    <li class={isHeld ? 'window held' : 'window'}>
      <h3>{nameOfEndpoint(endpoint.endpoint)}</h3>
      <svg viewBox={`0 0 ${slots * (WIDE + GAP) - GAP} ${HIGH}`} preserveAspectRatio="xMinYMid meet" aria-hidden="true">
        {Array.from({ length: slots }, (_, slot) => {
          const age = ages[slot];
          const filled = age === undefined ? 0 : HIGH * (1 - age);
          return (
            <g key={slot} transform={`translate(${slot * (WIDE + GAP)} 0)`}>
              <rect class="slot" width={WIDE} height={HIGH} rx="3" />
              <rect class="filled" y={HIGH - filled} width={WIDE} height={filled} rx="3" />
            </g>
          );
        })}
      </svg>
      <p>
        <strong>
          {ages.length} of {limit}
        </strong>{' '}
        <span class="faint">
          this minute; the next {waitMs === 0 ? 'at once' : `in ${showDuration(Math.ceil(waitMs / 1_000))}`}
        </span>
      </p>
      {isHeld && <p class="why-held">{holdReason}</p>}
      {limit !== configuredLimit && (
        <p class="faint">
          {limit < configuredLimit ? 'Lowered by a 429' : 'OpenAI has borne more'}: it began with {configuredLimit}.
        </p>
      )}
    </li>
  );
}
