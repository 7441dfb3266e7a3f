import { LineCounter, parseDocument } from 'yaml';
import { invisibleCharacters } from '../text/characters.ts';
import { type Finding, formatPath, type Mistake } from './mistake.ts';
import { SYNTAX_MISTAKES } from './syntax.ts';
import { unfold } from './unfold.ts';
import { findUnquoted } from './unquoted.ts';

/** What a YAML (or JSON) text holds, and where in it each part is. */
export interface YamlFile {
  /** Plain objects, lists and scalars; undefined where the text cannot be read. */
  readonly value: unknown;
  /** In the YAML itself. */
  readonly mistakes: readonly Mistake[];
  /** Places a finding; what is not in the file is placed at what it is missing from. */
  readonly place: (finding: Finding) => Mistake;
}

/** With these the value is still what was meant. */
const HARMLESS: readonly string[] = ['MULTIPLE_DOCS', 'NON_STRING_KEY', 'TAG_RESOLVE_FAILED'];

/** Reads a text; never throws. YAML 1.2 with anchors, aliases and merge keys (`<<`), without tags. */
export function readYaml(text: string): YamlFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    // Pretty errors would quote the file.
    prettyErrors: false,
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    // Found by `unfold`, which knows their paths.
    uniqueKeys: false,
  });
  const all = [...document.errors, ...document.warnings];
  // What comes after the parser ran out of stack is only its consequence.
  const exhausted = all.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const errors = exhausted ? [exhausted] : all;
  const readable = errors.every(({ code }) => HARMLESS.includes(code));
  const unfolded = readable ? unfold(document, text) : undefined;

  function mistakeAt(offset: number, path: Finding['path'], message: string): Mistake {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path: formatPath(path), message };
  }

  function place({ path, at, message, character }: Finding): Mistake {
    const here = unfolded?.offsets.get(JSON.stringify(path));
    if (here) {
      const [start, end] = at === 'key' ? [here.key, here.keyEnd] : [here.value, here.valueEnd];
      // Not there where it was written as an escape.
      const within = character === undefined ? -1 : text.slice(start, end).indexOf(character);
      return mistakeAt(start + Math.max(within, 0), path, message);
    }
    for (let length = path.length - 1; length >= 0; length--) {
      const holder = unfolded?.offsets.get(JSON.stringify(path.slice(0, length)));
      if (holder) return mistakeAt(holder.key, path, message);
    }
    return mistakeAt(0, path, message);
  }

  const syntax = errors.map(({ code, pos: [offset] }) => {
    const unquoted = findUnquoted(text, { code, offset });
    return mistakeAt(unquoted?.offset ?? offset, [], unquoted?.message ?? SYNTAX_MISTAKES[code]);
  });
  // Of what can be read, they are judged by where they are.
  const strangers = readable
    ? []
    : invisibleOutsideComments(text).map(({ index, name }) => mistakeAt(index, [], strange(name)));
  const further = unfolded?.problems.map(({ offset, path, message }) => mistakeAt(offset, path, message)) ?? [];
  return { value: unfolded?.value, mistakes: firstOfEachPlace([...further, ...strangers, ...syntax]), place };
}

function strange(name: string): string {
  return `an invisible character (${name}): remove it, or write the usual space`;
}

/** The first of each line: where one is, others follow. */
function invisibleOutsideComments(text: string): ReturnType<typeof invisibleCharacters> {
  let start = 0;
  return text.split('\n').flatMap((line) => {
    const [first] = invisibleCharacters(line.replace(/(?:^|\s)#.*/s, ''));
    const found = first ? [{ ...first, index: start + first.index }] : [];
    start += line.length + 1;
    return found;
  });
}

/** The parser tells one mistake more than once, a bracket that is not closed at every level around it. */
function firstOfEachPlace(mistakes: readonly Mistake[]): readonly Mistake[] {
  const places = new Map<string, Mistake>();
  for (const mistake of mistakes) {
    const place = `${mistake.line}:${mistake.column}`;
    if (!places.has(place)) places.set(place, mistake);
  }
  return [...places.values()];
}
