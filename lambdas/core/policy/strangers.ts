import { invisibleCharacters } from '../text/characters.ts';

/** What is no YAML, or not what it looks like, and where. */
interface Stranger {
  readonly index: number;
  readonly message: string;
}

/** Signs of YAML in their full-width form, where the usual ones would mean something. */
const FULL_WIDTH =
  /(?<=^\s*(?:- )?["']?[\w.-]+["']?)：|(?<=^\s*)[＃－]|(?<=[:,{[-]\s*)[｛［]|，(?=\s*["']?[\w.-]+["']?\s*[:：])/;

/** What shells, templates and runners fill in: `${X}`, `${{ x }}`, `{{ x }}`, `{% x %}`, `<%= x %>`. */
const TEMPLATE = /\$\{.*?\}|\{\{.*?\}\}|\{%.*?%\}|<%.*?%>/;
/** The same, and what stands alone: `$NAME`, `%NAME%`, `@NAME@`, `<your project>`. */
const PLACEHOLDER = new RegExp(
  `${TEMPLATE.source}|\\$[A-Z][A-Z0-9_]+|^%\\w+%$|^@\\w+@$|<(?:[Yy]our|[Ii]nsert|[Mm]y)\\b[^<>]*>`,
);

export const UNFILLED =
  'a placeholder that nothing was put in for: this file is taken as it is, so write the value itself';

/** Lines that other tools put into a text. */
const FOREIGN_LINES: readonly (readonly [form: RegExp, message: string])[] = [
  [
    /^(?:<{7}|={7}|>{7}|\|{7})(?=\s|$)/,
    'the mark of a merge that was not finished: keep one side, and remove the marks',
  ],
  [/^(?:diff --git |\+{3} b\/|-{3} a\/|@@ -)/, 'a line of a diff: save the file itself in its place'],
  [/^\s*```/, 'the fence of a code block: remove this line'],
];

/** Whether a text has something in it that was to be replaced, and the first character of that. */
export function placeholderIn(text: string): string | undefined {
  return PLACEHOLDER.exec(text)?.[0].charAt(0);
}

/**
 * Ends of lines that YAML does not know, which most editors show as such. In a comment they would take what follows along,
 * unseen. The first only: where one is, there are others.
 */
export function strangeLineEnd(text: string): Stranger | undefined {
  const carriage = /\r(?!\n)/.exec(text);
  if (carriage) {
    return { index: carriage.index, message: 'a line ends in a carriage return alone: save the file with line feeds' };
  }
  const inComment = /(?<=^(?:[^"'#\n]*\s)?#[^\n]*)[\u0085\u2028\u2029](?=[^\n]*\S)/m.exec(text);
  return inComment === null
    ? undefined
    : {
        index: inComment.index,
        message:
          'an end of line that is none in YAML, so that what follows it is part of the comment: write a line feed',
      };
}

/** What does not show, or looks like another sign, outside of comments. The first of each line: where one is, others follow. */
export function strangersIn(text: string): readonly Stranger[] {
  let start = 0;
  return text.split('\n').flatMap((line) => {
    const found = strangerIn(line);
    const here = start;
    start += line.length + 1;
    return found === undefined ? [] : [{ index: here + found.index, message: found.message }];
  });
}

function strangerIn(line: string): Stranger | undefined {
  const bare = line.replace(/(?:^|\s)#.*/s, '');
  const [first] = invisibleCharacters(bare);
  if (first) {
    const message = `an invisible character (${first.name}): remove it, or write the usual space`;
    return { index: first.index, message };
  }
  const wide = FULL_WIDTH.exec(bare);
  if (wide) {
    const message = `a full-width "${wide[0]}": write the usual ${wide[0].normalize('NFKC')} in its place`;
    return { index: wide.index, message };
  }
  const template = TEMPLATE.exec(bare);
  if (template) return { index: template.index, message: UNFILLED };
  const foreign = FOREIGN_LINES.find(([form]) => form.test(bare));
  return foreign && { index: 0, message: foreign[1] };
}
