import { missingScopesIn } from '../../../lambdas/core/model/admin-scopes.ts';
import { isBeyondKey } from '../../../lambdas/core/pacing/refusals.ts';
import { asSentence, withoutStop } from '../../../lambdas/core/text/sentence.ts';
import type { Settling } from '../../../lambdas/shared/contract/operator.ts';
import { ask, waitUntil } from '../ask.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import { distance, showDuration } from '../text/times.ts';

const POLL_MS = 1_000;

/**
 * Comes back when what was asked for these projects of one checkpoint is done, or OpenAI has refused it. Throws `CliError`
 * when something is in the way that time does not mend, or it takes too long: what was asked for stays in the ledger.
 */
export async function awaitSettled(
  session: Session,
  asked: { readonly checkpoint: string; readonly projects: readonly string[] },
  timeoutMs: number,
): Promise<Settling> {
  const endsAt = session.now() + timeoutMs;
  return waitUntil(session, endsAt, async () => {
    const settling = await ask(session, { command: 'settling', ...asked }, { timeoutMs: endsAt - session.now() });
    const { underWay, obstacle, nextCallAt, at } = settling;
    if (underWay === 0) return { result: settling };
    if (obstacle !== null) throw inTheWay(obstacle);
    const next = nextCallAt === null || nextCallAt <= at ? '' : `; next call ${distance(nextCallAt, at)}`;
    return {
      inMs: Math.min(POLL_MS, endsAt - session.now()),
      line: `${showStates(settling)}${next} …`,
      tooLate: () => {
        throw notDone(settling, asked.checkpoint, timeoutMs);
      },
    };
  });
}

/** `2 pending, 1 active`, and what is known of why they are not done yet. */
function showStates({ permissions }: Settling): string {
  const states = [...new Set(permissions.map(({ state }) => state))];
  const counts = states.map((state) => `${permissions.filter((each) => each.state === state).length} ${state}`);
  const reasons = permissions.filter(({ state }) => state !== 'active').flatMap(({ reason }) => reason ?? []);
  const why = [...new Set(reasons)].map((reason) => ` (${withoutStop(reason)})`);
  return `${counts.join(', ')}${why.join('')}`;
}

const WHERE = 'docs/runbook.md#openai-refuses says what can be done';
const STAYS = 'What you asked for stays in the ledger, and is done as soon as it can be';

function inTheWay(obstacle: string): CliError {
  const message = `Not done yet: ${asSentence(obstacle)}`;
  if (isBeyondKey(obstacle)) {
    return new CliError({ name: 'OpenAIRefusesError', message, next: `The key is not to blame: ${WHERE}. ${STAYS}.` });
  }
  const isPause = /is paused/.test(obstacle);
  const scopes = missingScopesIn(obstacle);
  const mend = isPause
    ? 'Resume it when it may go on'
    : scopes === undefined
      ? 'Put a working admin key (sk-admin-…) into its secret: "ckpt doctor" names the secret and says what is wrong'
      : `Give the admin key the scope ${scopes} in OpenAI's settings, or put one that has it into its secret: "ckpt doctor" names it`;
  return new CliError({
    name: isPause ? 'PausedError' : 'AdminKeyError',
    message,
    next: `${mend}. ${STAYS}.`,
  });
}

function notDone(settling: Settling, checkpoint: string, timeoutMs: number): CliError {
  return new CliError({
    name: 'NotDoneError',
    message: `Not done within ${showDuration(timeoutMs / 1_000)}: ${showStates(settling)}.`,
    next: `${STAYS}: see "ckpt show ${checkpoint}", or wait longer with --timeout.`,
  });
}
