import type { PauseStatus, PauseWordStatus } from '../../../shared/contract/operator.ts';
import { type Found, good, notice } from './check.ts';

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
