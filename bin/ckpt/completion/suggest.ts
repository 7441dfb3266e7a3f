import type { Argument, Option } from 'commander';

/** Words that completion offers for a value. */
export interface Suggestion {
  readonly words: readonly string[];
  /** More than one may be given, joined by commas. */
  readonly commas: boolean;
}

/** Beside the options and not in their `argChoices`, from which commander's help would list them. */
const suggested = new WeakMap<Option | Argument, Suggestion>();

/** Has completion offer these words for a value that commander does not check. Comes back with what it was given. */
export function suggest<Taker extends Option | Argument>(
  taker: Taker,
  words: readonly string[],
  { commas = false }: { readonly commas?: boolean } = {},
): Taker {
  suggested.set(taker, { words, commas });
  return taker;
}

/** What was suggested for it, or else commander's choices; undefined where neither is there. */
export function suggestionFor(taker: Option | Argument): Suggestion | undefined {
  const choices = taker.argChoices;
  return suggested.get(taker) ?? (choices && { words: choices, commas: false });
}
