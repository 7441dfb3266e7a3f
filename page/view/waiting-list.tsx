import { showDuration } from '../../bin/ckpt/text/times.ts';
import type { DueStatus } from '../../lambdas/shared/contract/operator.ts';
import { nameCheckpoint, plural } from '../model/names.ts';
import { type Waiting, wordFor } from '../model/queue.ts';
import { formatRoute } from '../route.ts';
import { route } from '../store.ts';

interface WaitingListProps {
  readonly name: string;
  readonly due: DueStatus;
  readonly waiting: readonly Waiting[];
  /** When the first of them may go, ms since the epoch. */
  readonly starts: readonly number[];
  readonly now: number;
}

const SHOWN = 20;

/** Who waits for one kind of call, in the order in which they go. */
export function WaitingList({ name, due, waiting, starts, now }: WaitingListProps) {
  if (due.now + due.later + waiting.length === 0) {
    return (
      <p>
        <strong>{name}</strong> <span class="faint">nothing waits.</span>
      </p>
    );
  }
  return (
    <div class="scroll lane">
      <table>
        <caption>
          <strong>{name}</strong>{' '}
          <span class="faint">
            {plural(due.now, 'checkpoint')} now, {due.later} later
          </span>
        </caption>
        <thead>
          <tr>
            {['Place', 'Checkpoint', 'For', 'What it is', 'Goes'].map((heading) => (
              <th scope="col" key={heading}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {waiting.slice(0, SHOWN).map(({ checkpoint, place, projects, priority, at }, index) => {
            const { title, which } = nameCheckpoint(checkpoint);
            const goesAt = Math.max(starts[index] ?? now, Date.parse(at));
            return (
              <tr key={checkpoint}>
                <td>{place}</td>
                <th scope="row">
                  <a href={formatRoute({ ...route.value, view: 'matrix', checkpoint, project: null })}>
                    {title} {which}
                  </a>
                </th>
                <td>{projects.length > 3 ? plural(projects.length, 'project') : projects.join(', ')}</td>
                <td class="faint">{wordFor(priority)}</td>
                <td class="faint">
                  {goesAt < now + 1_000 ? 'at once' : `in some ${showDuration((goesAt - now) / 1_000)}`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {waiting.length > SHOWN && <p class="faint">… and {waiting.length - SHOWN} more.</p>}
    </div>
  );
}
