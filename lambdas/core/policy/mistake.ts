import { withoutKeys } from '../model/key-shape.ts';
import { showInvisible } from '../text/characters.ts';

/** Keys and list positions from the top of the file. */
export type Path = readonly (string | number)[];

/** Something wrong in the file, before it is known where in the text that is. */
export interface Finding {
  readonly path: Path;
  /** Whether the key itself is wrong or what it holds. */
  readonly at: 'key' | 'value';
  /** What to write instead. Never repeats a value: it may be a secret in the wrong place. */
  readonly message: string;
  /** The very character that is wrong in it: its first place is the finding's. */
  readonly character?: string | undefined;
}

/** A mistake in `sharing.yaml`. Line and column count from 1. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  /** As in `rules[0].match.suffix`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** One line a mistake for the terminal: `sharing.yaml:12:5 rules[0].match.suffix: …`. */
export function formatMistakes(mistakes: readonly Mistake[], fileName: string): string {
  return mistakes
    .map(({ line, column, path, message }) => `${fileName}:${line}:${column} ${path}${path ? ': ' : ''}${message}`)
    .join('\n');
}

/** The same of what may be right as it is, and probably is not meant. */
export function formatWarnings(warnings: readonly Mistake[], fileName: string): string {
  return formatMistakes(
    warnings.map((warning) => ({ ...warning, message: `warning: ${warning.message}` })),
    fileName,
  );
}

/** A key of OpenAI's may stand in the place of a name, so none is ever shown. */
export function formatPath(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? key : withoutKeys(key)))
    .reduce<string>((text, key) => {
      if (typeof key === 'number') return `${text}[${key}]`;
      if (!/^[\w$-]+$/.test(key)) return `${text}[${showInvisible(JSON.stringify(key))}]`;
      return text === '' ? key : `${text}.${key}`;
    }, '');
}
