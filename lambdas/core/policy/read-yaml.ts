import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { withoutKeys } from '../model/key-shape.ts';
import { type Finding, formatPath, type Mistake } from './mistake.ts';
import { strangeLineEnd, strangersIn } from './strangers.ts';
import { SYNTAX_MISTAKES } from './syntax.ts';
import { unfold } from './unfold.ts';
import { findUnquoted } from './unquoted.ts';

/** What a YAML (or JSON) text holds, and where in it each part is. */
export interface YamlFile {
  /** Plain objects, lists and scalars; undefined where the text cannot be read. */
  readonly value: unknown;
  /** In the YAML itself. */
  readonly mistakes: readonly Mistake[];
  /** What is YAML, and probably not meant. */
  readonly doubts: readonly Mistake[];
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
  const lineEnd = strangeLineEnd(text);
  const readable = !lineEnd && errors.every(({ code }) => HARMLESS.includes(code));
  const unfolded = readable ? unfold(document, text) : undefined;

  function mistakeAt(offset: number, path: Finding['path'], message: string): Mistake {
    const { line, col } = lineCounter.linePos(offset);
    // Some name aliases, in the place of which a key may stand.
    return { line: Math.max(line, 1), column: Math.max(col, 1), path: formatPath(path), message: withoutKeys(message) };
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

  // Of what can be read, they are judged by where they are.
  const found = lineEnd ? [lineEnd] : readable ? [] : strangersIn(text);
  const strangers = found.map(({ index, message }) => mistakeAt(index, [], message));
  // What the parser makes of their lines is only their consequence.
  const told = new Set(strangers.map(({ line }) => line));
  const syntax = (lineEnd ? [] : causesOf(errors, text))
    .map(({ offset, message }) => mistakeAt(offset, [], message))
    .filter(({ line }) => !told.has(line));
  const further = unfolded?.problems.map(({ offset, path, message }) => mistakeAt(offset, path, message)) ?? [];
  const doubts = unfolded?.doubts.map(({ offset, path, message }) => mistakeAt(offset, path, message)) ?? [];
  return { value: unfolded?.value, mistakes: firstOfEachPlace([...further, ...strangers, ...syntax]), doubts, place };
}

/**
 * What the parser says of text behind one that lacks its quotes is mostly a consequence, unless that lacks them, too; and once
 * it has met what does not belong there, it finds its way no more.
 */
function causesOf(errors: readonly YAMLError[], text: string): readonly { offset: number; message: string }[] {
  const causes: { offset: number; message: string }[] = [];
  let follows = false;
  for (const {
    code,
    pos: [offset],
  } of errors) {
    const unquoted = findUnquoted(text, { code, offset });
    if (unquoted) causes.push(unquoted);
    else if (!follows) causes.push({ offset, message: SYNTAX_MISTAKES[code] });
    follows ||= unquoted !== undefined || code === 'UNEXPECTED_TOKEN';
  }
  return causes;
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
