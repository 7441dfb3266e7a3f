import { DEFAULT_STACK_NAME } from '../../lambdas/shared/contract/names.ts';

/** A command as it is typed into a shell, for the stack that is looked at. */
export function commandLine(words: readonly string[], stack: string): string {
  const named = stack === DEFAULT_STACK_NAME ? words : [...words, '--stack', stack];
  return ['ckpt', ...named.map(quoted)].join(' ');
}

/** What is more than letters, digits and what stands in ids is quoted, for any shell of POSIX. */
function quoted(word: string): string {
  return /^[\w:.,/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
