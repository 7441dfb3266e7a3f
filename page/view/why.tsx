import { nameCondition, STANDING_WORDS, tellUnmet } from '../../bin/ckpt/jobs/explain-words.ts';
import type { ExplainedRule } from '../../lambdas/shared/contract/operator.ts';
import { ask } from '../ask.ts';
import { nameOf } from '../model/cell.ts';
import { plural } from '../model/names.ts';
import { whyOf } from '../model/why.ts';
import { useAnswer } from './use-answer.ts';

interface WhyProps {
  readonly checkpoint: string;
  readonly jobId: string | null;
  /** Null where it is about all projects. */
  readonly projectId: string | null;
  /** Asked again when this is another one. */
  readonly again: unknown;
}

/** Rule by rule, why it is wanted, and why not. */
export function WhyView({ checkpoint, projectId, again }: WhyProps) {
  const { value, problem } = useAnswer(
    `explain ${checkpoint}`,
    (signal) => ask('explain', { what: checkpoint }, signal),
    again,
  );
  if (value === undefined) return <p class="faint">{problem ? `${problem.message} ${problem.next}` : 'Reading …'}</p>;
  const { wanting, passing, others } = whyOf(value, checkpoint, projectId);
  const own = value.permissions.filter(
    (each) => each.checkpoint === checkpoint && (projectId === null || each.projectId === projectId),
  );
  return (
    <div class="why">
      {value.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {wanting.map((rule) => (
        <Wanting key={rule.rule} rule={rule} />
      ))}
      {own.some(({ pinned }) => pinned) && <p>It is pinned in the policy.</p>}
      {wanting.length === 0 && own.length === 0 && value.notes.length === 0 && <p>No rule wants it.</p>}
      {projectId !== null &&
        own.map(({ standing, reason }) => (
          <p key={standing} class="faint">
            By the policy as of now: {STANDING_WORDS[standing]}
            {reason && `; ${reason}`}.
          </p>
        ))}
      {passing.map(({ rule, because }) => (
        <p key={rule.rule} class="faint">
          Rule “{rule.rule}” matches the job, but {because}.
        </p>
      ))}
      {others.length > 0 && (
        <details>
          <summary>
            {plural(others.length, 'rule')} that {others.length === 1 ? 'does' : 'do'} not match
          </summary>
          {others.map(({ rule, conditions }) => (
            <p key={rule} class="faint">
              “{rule}”:{' '}
              {conditions
                .filter(({ holds }) => !holds)
                .map(tellUnmet)
                .join('; ')}
            </p>
          ))}
        </details>
      )}
    </div>
  );
}

function Wanting({
  rule: { rule, conditions, selection, shortfall, expiresAt, targets },
}: {
  readonly rule: ExplainedRule;
}) {
  const matched = conditions.filter(({ condition }) => condition !== 'status' && condition !== 'source');
  return (
    <div class="wanting">
      <p>
        Rule <strong>“{rule}”</strong> wants it.
      </p>
      <ul class="conditions">
        {matched.map((each) => (
          <li key={nameCondition(each)}>
            <span class="faint">{nameCondition(each)}</span> {each.found.join(', ')}{' '}
            <span class="faint">fits {each.wanted.join(', ')}</span>
          </li>
        ))}
        <li>
          <span class="faint">checkpoints</span> {selection}
          {shortfall && <span class="faint">; {shortfall}</span>}
        </li>
        <li>
          <span class="faint">to</span>{' '}
          {targets
            .filter(({ owns }) => !owns)
            .map(nameOf)
            .join(', ')}
        </li>
        {expiresAt && (
          <li>
            <span class="faint">until</span> {expiresAt.slice(0, 10)}
          </li>
        )}
      </ul>
    </div>
  );
}
