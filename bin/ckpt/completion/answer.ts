import type { Command } from 'commander';
import { hasKey } from '../pasted-key.ts';
import type { Shell } from './scripts.ts';
import { type Choice, complete } from './walk.ts';

/** A line as it was typed up to the cursor. `kept` is how much of the last word its shell does not replace. */
interface Line {
  readonly words: readonly string[];
  readonly kept: number;
}

interface Dialect {
  read(given: readonly string[]): Line;
  show(choice: Choice, kept: number): string;
  /** Whether the shell looks itself which choices fit. */
  readonly filters: boolean;
}

const asGiven = (words: readonly string[]): Line => ({ words, kept: 0 });
const withTab = ({ word, description }: Choice) => `${word}\t${description}`;

const DIALECTS: Readonly<Record<Shell, Dialect>> = {
  bash: { read: joinPieces, show: ({ word }, kept) => word.slice(kept), filters: false },
  zsh: { read: asGiven, show: describe, filters: true },
  fish: { read: asGiven, show: withTab, filters: true },
  powershell: { read: (given) => asGiven(given.with(-1, given.at(-1)?.slice(1) ?? '')), show: withTab, filters: false },
};

/**
 * What `ckpt __complete SHELL WORD…` prints: a line `:`, `:files` or `:folders`, for what else may stand there, then each
 * word that may, on a line of its own. The words begin with the program's name; the last is the one that is completed.
 * Nothing is said to a line with a key in it.
 */
export function answer(program: Command, [shell = '', ...given]: readonly string[]): string {
  if (!isShell(shell) || given.some(hasKey)) return ':\n';
  const { read, show, filters } = DIALECTS[shell];
  const { words, kept } = read(given);
  const ours = words[0] === 'npx' ? words.findIndex((word, index) => index > 0 && !word.startsWith('-')) : 0;
  // Somebody else's program: most take files.
  if (words[0] === 'npx' && (words[ours] !== 'ckpt' || ours === words.length - 1)) return ':files\n';
  const before = words.slice(ours + 1, -1).map((word) => word.replace(/^["']|["']$/g, ''));
  const typed = (words.at(-1) ?? '').replace(/^(--[^=]*=)?["']/, '$1');
  const { paths, choices } = complete(program, before, typed);
  const fitting = filters ? choices : choices.filter(({ word }) => word.startsWith(typed));
  return [`:${paths ?? ''}`, ...fitting.map((choice) => show(choice, kept)), ''].join('\n');
}

function isShell(name: string): name is Shell {
  return Object.hasOwn(DIALECTS, name);
}

/** Bash takes words apart at ":" and "=", and replaces only the last piece. */
function joinPieces([name = '', ...pieces]: readonly string[]): Line {
  const words = [name];
  const isBetween = (piece: string | undefined) => /^[:=]+$/.test(piece ?? '');
  for (const [index, piece] of pieces.entries()) {
    const belongs = piece !== '' && (isBetween(piece) || isBetween(pieces[index - 1]));
    if (belongs && words.length > 1) words.push(`${words.pop()}${piece}`);
    else words.push(piece);
  }
  const last = pieces.at(-1) ?? '';
  return { words, kept: (words.at(-1) ?? '').length - (isBetween(last) ? 0 : last.length) };
}

/** As zsh's `_describe` wants it: a colon ends the word. */
function describe({ word, description }: Choice): string {
  const what = description === '' ? '' : `:${description.replaceAll('\\', '\\\\')}`;
  return word.replaceAll(/[\\:]/g, String.raw`\$&`) + what;
}
