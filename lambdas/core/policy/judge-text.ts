import { foreignToModelId, nameForeign } from '../model/ids.ts';
import { holdsKeyForCertain } from '../model/key-shape.ts';
import { firstInvisible, lookAlike, REPLACEMENT, typographicQuote } from '../text/characters.ts';
import type { Finding, Path } from './mistake.ts';
import { KEY_ITSELF } from './schema-parts.ts';
import { placeholderIn, UNFILLED } from './strangers.ts';

/** A finding, and whether the text can mean nothing (a mistake) or may well be meant so (a warning). */
export interface Judged {
  readonly finding: Finding;
  readonly isMistake: boolean;
}

interface Flaw {
  readonly message: string;
  readonly character?: string | undefined;
  /** Not a mistake. */
  readonly maybe?: true;
}

/**
 * What a text of the file is compared with, which decides what can never fit: a model, the suffix in a model's id, a base
 * model alone, one model's id; metadata, which may hold anything; a title, which is only shown; a note for editors; an address; or,
 * as all the rest, a word of exact spelling.
 */
type Kind = 'model' | 'suffix' | 'base' | 'checkpoint' | 'metadata' | 'title' | 'note' | 'address' | 'word';

/** OpenAI takes no longer suffix and no longer key of metadata. */
const LONGEST = 64;

/** Judges every text of the file, keys and values, by its characters: at most one finding each, in the order of the file. */
export function judgeTexts(value: unknown, path: Path = []): Judged[] {
  // A text in the place of the whole file is no policy, whatever its characters.
  if (typeof value === 'string') return path.length === 0 ? [] : judge(value, path, 'value');
  if (Array.isArray(value)) return value.flatMap((item, i) => judgeTexts(item, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, held]) => {
    const inner = [...path, key];
    return [...judge(key, inner, 'key'), ...judgeTexts(held, inner)];
  });
}

function judge(text: string, path: Path, at: Finding['at']): Judged[] {
  const flaw = keyIn(text, path) ?? FLAWS[kindOf(path, at)](text, at);
  if (!flaw) return [];
  const { message, character, maybe } = flaw;
  return [{ finding: { path, at, message, character }, isMistake: !maybe }];
}

function kindOf(path: Path, at: Finding['at']): Kind {
  const [top, second, third, fourth] = path;
  if (top === '$schema') return 'note';
  if (top === 'shutdowns' && path.length === 2 && at === 'key') return 'base';
  if (top === 'openai' && second === 'baseUrl' && at === 'value') return 'address';
  if (at === 'value' && top === 'permissions' && third === 'checkpoint') return 'checkpoint';
  if (top !== 'rules' || typeof second !== 'number') return 'word';
  if (third === 'match' && fourth === 'metadata' && path.length === 5) return 'metadata';
  if (at === 'key') return 'word';
  if (third === 'name') return 'title';
  if (third !== 'match') return 'word';
  if (fourth === 'baseModel') return 'model';
  return fourth === 'suffix' ? 'suffix' : 'word';
}

const FLAWS: Readonly<Record<Kind, (text: string, at: Finding['at']) => Flaw | undefined>> = {
  note: () => undefined,
  word: (text) => strange(text) ?? alike(text),
  address: (text) => strange(text) ?? mixed(text),
  title: (text) => perhaps(unseen(text) ?? unfilled(text)),
  metadata: (text, at) => {
    const tooLong = at === 'key' &&
      text.length > LONGEST && { message: `OpenAI takes no key of over ${LONGEST} characters` };
    return perhaps(
      unseen(text) ??
        typographic(text.slice(0, 1) + text.slice(-1)) ??
        spaced(text) ??
        unfilled(text) ??
        (tooLong || undefined),
    );
  },
  model: (glob) => strange(glob) ?? foreign(glob) ?? notBase(glob),
  base: (glob) => strange(glob) ?? foreign(glob) ?? (/^ft:/.test(glob) ? undefined : capital(glob)),
  suffix: (glob) => strange(glob) ?? notSuffix(glob),
  checkpoint: (id) => strange(id) ?? notCheckpoint(id),
};

/** Wherever it stands, it would be shown in plans and logs. */
function keyIn(text: string, path: Path): Flaw | undefined {
  if (!holdsKeyForCertain(text)) return undefined;
  const isArn = /Secret$/.test(String(path.at(-1)));
  return {
    message: isArn ? KEY_ITSELF : 'this looks like a key or a secret: replace it, and keep it out of this file',
  };
}

function perhaps(flaw: Flaw | undefined): Flaw | undefined {
  return flaw && { ...flaw, maybe: true };
}

/** What no text of exact spelling has. */
function strange(text: string): Flaw | undefined {
  return unseen(text) ?? typographic(text) ?? spaced(text) ?? unfilled(text);
}

function unfilled(text: string): Flaw | undefined {
  const character = placeholderIn(text);
  return character === undefined ? undefined : { message: UNFILLED, character };
}

function unseen(text: string): Flaw | undefined {
  if (text.includes(REPLACEMENT)) {
    const message = 'what stood here was lost when the file was converted (U+FFFD): write it anew, in UTF-8';
    return { message, character: REPLACEMENT };
  }
  const invisible = firstInvisible(text);
  return (
    invisible && { message: `an invisible character (${invisible.name}): remove it`, character: invisible.character }
  );
}

function typographic(text: string): Flaw | undefined {
  const character = typographicQuote(text);
  return character === undefined ? undefined : { message: 'a typographic quote: write " or \' instead', character };
}

function spaced(text: string): Flaw | undefined {
  return /^\s|\s$/.test(text) ? { message: 'white space at the beginning or the end: remove it' } : undefined;
}

function alike(text: string): Flaw | undefined {
  const found = lookAlike(text);
  if (!found) return undefined;
  const { character, name } = found;
  return { message: `"${character}" (${name}) only looks like a plain character: write that in its place`, character };
}

/** A name of another alphabet is one; a Cyrillic letter among plain ones leads the key to somebody else's host. */
function mixed(address: string): Flaw | undefined {
  const name = address.split(/[./:]/).find((part) => /[A-Za-z]/.test(part) && lookAlike(part));
  return name === undefined ? undefined : alike(name);
}

/** Beside the wildcards, and `/`, which gateways have in names of models. */
function foreign(glob: string): Flaw | undefined {
  const character = foreignToModelId(glob.replaceAll(/[*?/]/g, ''));
  if (character === undefined) return undefined;
  return { message: `no model id has ${nameForeign(character)}; * and ? are the only wildcards`, character };
}

function notBase(glob: string): Flaw | undefined {
  const odd = capital(glob);
  if (!mayBeFineTuned(glob)) return odd;
  // A job that went on from a fine-tuned model names that one as its base, and suffix and id may have capital letters.
  if (!odd && !glob.startsWith('ft:')) return undefined;
  const message =
    'this fits only jobs that went on from a fine-tuned model: for a base model write it in small letters and without ft:';
  return { message, character: odd?.character, maybe: true };
}

function capital(glob: string): Flaw | undefined {
  const character = /[A-Z]/.exec(glob)?.[0];
  return character === undefined
    ? undefined
    : { message: 'base models are written in small letters, as in gpt-4o-mini*: this fits none', character };
}

/** Whether the glob fits any text that begins with `ft:`. */
function mayBeFineTuned(glob: string): boolean {
  const [literal = ''] = glob.split('*');
  const isFit = [...'ft:'].every((wanted, i) => i >= literal.length || literal[i] === '?' || literal[i] === wanted);
  return isFit && (literal.length >= 3 || glob.includes('*'));
}

function notSuffix(glob: string): Flaw | undefined {
  if (glob.includes(':')) {
    return { message: 'a suffix has no colon: write the suffix alone, not the model id', character: ':' };
  }
  const literal = glob.replaceAll(/[*?]/g, '');
  const character = foreignToModelId(literal);
  if (character !== undefined) {
    const message = `no suffix in a model id has ${nameForeign(character)}; * and ? are the only wildcards`;
    return { message, character, ...(!/[\s/]/.test(character) && { maybe: true }) };
  }
  if (literal.length <= LONGEST) return undefined;
  return { message: `OpenAI takes no suffix of over ${LONGEST} characters: this fits none`, maybe: true };
}

function notCheckpoint(id: string): Flaw | undefined {
  const character = foreignToModelId(id);
  if (character === '*' || character === '?') {
    return { message: 'a pin is for one model id: write a rule for all that fit a glob', character };
  }
  const similar = lookAlike(character ?? '');
  if (similar) {
    const message = `no model id has the character "${similar.character}" (${similar.name}): write the plain one in its place`;
    return { message, character };
  }
  if (character !== undefined) return { message: `no model id has ${nameForeign(character)}: remove it`, character };
  // As from the end of a sentence, or of a key.
  if (/^ft:.*[.:]$/.test(id)) return { message: `no model id ends in "${id.at(-1)}": remove it` };
  if (!/^ft:[^:]*[A-Z]/.test(id)) return undefined;
  return { message: 'base models are written in small letters: OpenAI knows no such model', maybe: true };
}
