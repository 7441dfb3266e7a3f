import { showInvisible } from '../../../lambdas/core/text/characters.ts';
import { oneLine } from './paint.ts';

/** All that is neither a letter, a digit nor plain punctuation, and every full stop: `www.` begins a link. */
const SPECIAL = /[^\p{L}\p{N}\p{M} :,;-]/gu;

/** No id of OpenAI's is as long. */
const MOST_CHARACTERS = 400;

/**
 * Text from outside in GitHub-flavoured Markdown or HTML: it stands for itself alone, whatever it is made of. Within `code`
 * GitHub looks for no mentions and issue numbers either, and as entities no character begins a span, a cell or a tag.
 */
export function asCode(text: string): string {
  const line = oneLine(text);
  const short = line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
  const entities = showInvisible(short).replace(SPECIAL, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${entities}</code>`;
}

/** What is folded away: a line that opens it, and the lines within. */
export interface Folded {
  readonly summary: string;
  /** Within a table: its heading, which stands as long as a line does. */
  readonly heading?: string;
  readonly lines: readonly string[];
}

/**
 * The folded parts one after another, as much of them as so many characters hold. Comes back with how many lines are not in it.
 */
export function foldUpTo(most: number, parts: readonly Folded[]): { readonly text: string; readonly leftOut: number } {
  let text = '';
  let leftOut = 0;
  for (const { summary, heading, lines } of parts) {
    const begin = `<details><summary>${summary}</summary>\n\n${heading === undefined ? '' : `${heading}\n`}`;
    const end = '\n</details>\n\n';
    let room = most - text.length - begin.length - end.length;
    const tooMuch = lines.findIndex((line) => {
      room -= line.length + 1;
      return room < 0;
    });
    const shown = leftOut > 0 ? [] : tooMuch === -1 ? lines : lines.slice(0, tooMuch);
    leftOut += lines.length - shown.length;
    if (shown.length > 0) text += `${begin}${shown.map((line) => `${line}\n`).join('')}${end}`;
  }
  return { text, leftOut };
}
