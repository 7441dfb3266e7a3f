/** A character that does not show, or not as what it is. */
export interface OddCharacter {
  readonly character: string;
  /** As in `U+200B, a zero-width space`. */
  readonly name: string;
}

/** What a decoder puts where it could read nothing. */
export const REPLACEMENT = '\uFFFD';

/** Within an emoji these two are no strangers. */
const EMOJI_JOINT = /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)[\u200D\uFE0F]/u;
/** Shows nothing, or white space other than the usual. U+2800 is Braille without a dot. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{Zs}\p{Zl}\p{Zp}\u2800]/u;
const USUAL = /[ \t\r\n]/;
const STRANGE = new RegExp(`${EMOJI_JOINT.source}|${USUAL.source}|(${INVISIBLE.source})`, 'gu');
const TYPOGRAPHIC_QUOTE = /[\u2018-\u201F\u2039\u203A\u00AB\u00BB\u00B4\uFF02\uFF07]/u;

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/[\u00A0\u202F]/, 'a no-break space'],
  [/[\u200B]/, 'a zero-width space'],
  [/[\u200C\u200D]/, 'a zero-width joiner'],
  [/[\u00AD]/, 'a soft hyphen'],
  [/[\uFEFF]/, 'a byte order mark'],
  [/[\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]/, 'a mark of writing direction'],
  [/[\u2028\u2029]/, 'a line separator'],
  [/[\p{Zs}\u2800]/u, 'a space of another kind'],
  [/\p{Cc}/u, 'a control character'],
  [/\p{Cs}/u, 'half a character'],
];

/** Every character that does not show, from left to right, with where it is. */
export function invisibleCharacters(text: string): (OddCharacter & { readonly index: number })[] {
  return [...text.matchAll(STRANGE)].flatMap(({ 1: character, index }) => {
    return character === undefined ? [] : [{ character, index, name: nameOf(character) }];
  });
}

export function firstInvisible(text: string): OddCharacter | undefined {
  return invisibleCharacters(text)[0];
}

/** With those that do not show as escapes. */
export function showInvisible(text: string): string {
  return text.replace(STRANGE, (found, character?: string) =>
    character === undefined ? found : `\\u{${codeOf(character)}}`,
  );
}

/** Curved quotes and their like, which word processors put in the place of " and '. */
export function typographicQuote(text: string): string | undefined {
  return TYPOGRAPHIC_QUOTE.exec(text)?.[0];
}

/** Of other alphabets, and what compatibility decomposition knows for another form of an ASCII character. */
const ALPHABETS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Cyrillic}/u, 'a Cyrillic letter'],
  [/\p{Script=Greek}/u, 'a Greek letter'],
  [/[\uFF01-\uFF5E]/, 'a full-width form'],
  [/(?!-)[\p{Pd}\u2212]/u, 'a dash'],
];

/** The first character that looks like one of ASCII and is none: a Cyrillic а, a full-width ：, a dash for a hyphen. */
export function lookAlike(text: string): OddCharacter | undefined {
  for (const character of text) {
    if (character <= '~') continue;
    const alphabet = ALPHABETS.find(([pattern]) => pattern.test(character))?.[1];
    const isForm = /^[!-~]$/.test(character.normalize('NFKC'));
    const what = alphabet ?? (isForm ? 'a letter of mathematics or the like' : undefined);
    if (what !== undefined) return { character, name: `U+${codeOf(character)}, ${what}` };
  }
  return undefined;
}

function nameOf(character: string): string {
  const [, name = 'a character that does not show'] = NAMES.find(([pattern]) => pattern.test(character)) ?? [];
  return `U+${codeOf(character)}, ${name}`;
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
