import { holdsKey } from '../../lambdas/core/model/key-shape.ts';
import { CliError } from './errors.ts';

/** An alias may begin with `sk-` (Slovakia's would); no alias is as long as a key, or has capitals. */
const KEY = /^(?:sk-.*[A-Z_].*|sk-.{20,}|whsec_.*)$/s;

/** Whether a word that could be an alias is one of OpenAI's API keys or webhook secrets. */
export function isKey(word: string): boolean {
  return KEY.test(word);
}

/** Whether a word that has no form of ours is or holds a key, so that no message may repeat it. */
export function hasKey(word: string): boolean {
  return word.startsWith('sk-') || holdsKey(word);
}

/** A key as a whole word, or as what follows `--option=`. Nothing that a command takes is as long and begins so. */
const KEY_ARGUMENT = /^(?:--[a-z-]+=)?(?:sk-[A-Za-z0-9_-]{20,}|whsec_\S+)$/;

/** Throws `CliError` where a key stands on the command line: commands send their arguments on, and these would be logged. */
export function refuseKeys(argv: readonly string[]): void {
  if (argv.some((word) => KEY_ARGUMENT.test(word))) throw keyPasted();
}

/** Says so without repeating it: messages end up in logs. */
export function keyPasted(): CliError {
  return new CliError({
    name: 'PastedKeyError',
    message: 'That is an API key or a webhook secret; it is not repeated here.',
    next: 'No command takes one. It may be in the history of this shell now: take it out there, or rotate it.',
  });
}
