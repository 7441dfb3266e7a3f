import { asSentence } from '../../../core/text/sentence.ts';
import type { Status } from '../../../shared/contract/operator.ts';
import { type Found, good, notice } from './check.ts';

/** Whether OpenAI has slowed the admin calls down, or something holds them. */
export function judgePacer({ pacer }: Pick<Status, 'pacer'>): readonly Found[] {
  const found = pacer.flatMap(({ endpoint, limit, configuredLimit, windowSeconds, nextCallAt, holdReason }) => [
    ...(holdReason === null
      ? []
      : [notice(`No call to ${endpoint} goes before ${nextCallAt}: ${asSentence(holdReason)}`, mendOf(holdReason))]),
    ...(limit >= configuredLimit
      ? []
      : [
          notice(
            `OpenAI throttles ${endpoint}: ${limit} calls in ${windowSeconds} s go instead of ${configuredLimit}.`,
            'It recovers by itself: after five minutes without a 429 by one call a minute while work waits, and by one every half hour anyway. If that goes on, lower openai.adminRequestsPerMinute in sharing.yaml, or find who else uses the admin API.',
          ),
        ]),
  ]);
  return found.length > 0 ? found : [good('No admin endpoint is throttled or held.')];
}

/** A throttle passes by itself; what OpenAI refuses is for a person to mend. */
function mendOf(holdReason: string): string {
  if (holdReason.startsWith('OpenAI answered 429')) return 'It goes on by itself at that time; nothing is lost.';
  return 'docs/runbook.md#openai-refuses says what to do. It is tried again at that time; nothing is lost.';
}
