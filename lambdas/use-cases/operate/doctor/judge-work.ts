import { asSentence, withoutStop } from '../../../core/text/sentence.ts';
import type { PauseStatus, PauseWordStatus, SourceStatus, Status } from '../../../shared/contract/operator.ts';
import { bad, type Found, good, notice } from './check.ts';

const GRACE_MS = 5 * 60_000;
/** No Lambda function runs longer. */
const LONGEST_RUN_MS = 15 * 60_000;

/** Whether it runs as often as it is to, comes to its end, and does not fail. */
export function judgeReconcile({ reconcile, at }: Pick<Status, 'reconcile' | 'at'>, everySeconds: number): Found {
  const { startedAt, endedAt, error } = reconcile;
  if (startedAt === null) {
    return notice('No reconcile has run yet.', 'Wait for the first, or start it: "ckpt reconcile --wait".');
  }
  const ageMs = Date.parse(at) - Date.parse(startedAt);
  if (ageMs > 2 * everySeconds * 1_000 + GRACE_MS) {
    return bad(
      `The last reconcile started at ${startedAt}, though one is to start every ${everySeconds / 60} minutes.`,
      'Look for its schedule in EventBridge Scheduler and for the log of the reconcile function (docs/runbook.md#reconcile-silent); "ckpt reconcile --wait" starts one now.',
    );
  }
  if (error !== null) {
    return bad(
      `The last reconcile failed: ${asSentence(error)}`,
      'See docs/runbook.md#reconcile-failing; the next one tries again.',
    );
  }
  if (endedAt === null && ageMs > LONGEST_RUN_MS) {
    return bad(
      `The reconcile that started at ${startedAt} never came to its end.`,
      'Look for the log of the reconcile function; "ckpt reconcile --wait" starts another one.',
    );
  }
  return good(
    endedAt === null
      ? `A reconcile has been running since ${startedAt}.`
      : `The last reconcile ended well at ${endedAt}.`,
  );
}

/** Whether the jobs of a source could be listed. */
export function judgeSweep({ alias, sweep }: Pick<SourceStatus, 'alias' | 'sweep'>): Found {
  if (sweep === null) {
    return notice(
      `The jobs of ${alias} have not been listed yet.`,
      'The next reconcile does it, or now: "ckpt reconcile --wait".',
    );
  }
  const { error, sweptAt, backfill } = sweep;
  if (error !== null) {
    return bad(
      `The jobs of ${alias} could not be listed: ${asSentence(error)}`,
      'See docs/runbook.md#source-failing, and what is said of its project key.',
    );
  }
  if (backfill !== null) return good(`The jobs of ${alias} are being listed, ${backfill.jobs} so far.`);
  return good(`The jobs of ${alias} were last listed at ${sweptAt ?? 'an unknown time'}.`);
}

const ASK_AGAIN = 'Ask again in a moment; if it stays so, look for the rights of the operator function on it.';

export function judgeQueue({ queue }: Pick<Status, 'queue'>): Found {
  if (queue === null) return notice('The queue of jobs could not be asked how much is in it.', ASK_AGAIN);
  const { waiting, inFlight } = queue;
  if (waiting === 0) return good(`No job waits to be observed (being looked at: ${inFlight}).`);
  return notice(
    `Jobs that wait to be observed: ${waiting} (being looked at: ${inFlight}).`,
    'Ask again: if the number does not fall, see docs/runbook.md#queue-age.',
  );
}

export function judgeDeadLetters({ deadLetters }: Pick<Status, 'deadLetters'>): Found {
  if (deadLetters === null) return notice('The dead letters could not be counted.', ASK_AGAIN);
  const count = deadLetters.waiting + deadLetters.inFlight;
  if (count === 0) return good('There are no dead letters.');
  return bad(
    `${count === 1 ? 'A job' : `${count} jobs`} could not be observed, again and again: dead letters.`,
    'Find out why (docs/runbook.md#dead-letters), then move them back with "ckpt redrive".',
  );
}

/** Whether every row of the ledger could be written when it was last tried. */
export function judgeRows({ unwritten: { count, rows } }: Pick<Status, 'unwritten'>): Found {
  const [first] = rows;
  if (first === undefined) return good('Every row of the ledger could be written.');
  const others = count > 1 ? `, nor can ${count - 1} other rows` : '';
  return bad(
    `${first.row} cannot be written to the ledger (${withoutStop(first.reason)})${others}.`,
    'See docs/runbook.md#row-unwritable; "ckpt status" names them.',
  );
}

/** Whether revocations wait for a person, who may not know. */
export function judgePlan({ waitingPlan }: Pick<Status, 'waitingPlan'>): Found {
  if (waitingPlan === null) return good('No plan waits for confirmation.');
  const { id, revocations, tracked, since, confirmed } = waitingPlan;
  const what = `revoking ${revocations} of ${tracked} tracked permissions`;
  if (confirmed) return notice(`A plan was confirmed and is not carried out yet: ${what} (${id}).`, null);
  return notice(
    `A plan has waited for a person's word since ${since}: ${what}.`,
    `Look at it with "ckpt plan"; "ckpt apply --confirm ${id}" lets it through.`,
  );
}

/** What rests because a person said so, and may have been forgotten. */
export function judgePause({ paused }: { readonly paused: PauseStatus }): readonly Found[] {
  const { all, rules, sources } = paused;
  const found = [
    ...(all === null ? [] : [notice(`Everything is paused${wordOf(all)}.`, '"ckpt resume" lets it go on.')]),
    ...rules.map((word) =>
      notice(
        `The rule ${JSON.stringify(word.rule)} is paused${wordOf(word)}.`,
        `"ckpt resume --rule ${JSON.stringify(word.rule)}" lets it go on.`,
      ),
    ),
    ...sources.map((word) =>
      notice(
        `The source ${word.source} is paused${wordOf(word)}.`,
        `"ckpt resume --source ${word.source}" lets it go on.`,
      ),
    ),
  ];
  return found.length > 0 ? found : [good('Nothing is paused.')];
}

function wordOf({ at, by, why }: PauseWordStatus): string {
  const parts = [` since ${at}`, by === null ? '' : ` by ${by}`, why === null ? '' : `, because "${why}"`];
  return parts.join('');
}

/** Keys that end, lie about or are gone, and rotations that did not take place. */
export function judgeKeys({ keys }: Pick<Status, 'keys'>): readonly Found[] {
  const found = [
    ...keys.concerns.map(({ signal, message }) => bad(message, `docs/runbook.md#${signal} says what to do.`)),
    ...keys.problems.map((problem) =>
      notice(`OpenAI does not show the keys, so that nobody is told when one ends. ${problem}`, null),
    ),
  ];
  if (found.length > 0) return found;
  if (keys.lookedAt === null)
    return [good('The keys were not looked at yet: the keys function does that within 15 minutes.')];
  return [good('No key ends soon, lies about unused or was deleted by somebody else, and no rotation is overdue.')];
}
