/** A text that came as bytes. */
export interface Decoded {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16';
  /** False where some of the bytes mean nothing in this encoding; `text` has U+FFFD in their place. */
  readonly whole: boolean;
}

/**
 * Reads UTF-8, and UTF-16 of either byte order, which PowerShell's `>` writes. Without a byte order mark, UTF-16 shows by
 * its zeros: what is read here (YAML, JSON) begins with an ASCII character. A mark is left out of the text.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const label = labelOf(bytes);
  const encoding = label === 'utf-8' ? 'UTF-8' : 'UTF-16';
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), encoding, whole: true };
  } catch {
    return { text: new TextDecoder(label).decode(bytes), encoding, whole: false };
  }
}

/** UTF-16 has a zero in at least each eighth byte of what is mostly ASCII; a text with a stray NUL has not. */
function labelOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === undefined || (first === 0) === (second === 0)) return 'utf-8';
  const zeros = bytes.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  if (zeros * 8 < bytes.length) return 'utf-8';
  return first === 0 ? 'utf-16be' : 'utf-16le';
}

/** What begins with these bytes, in hexadecimal: it follows "is". UTF-32 without a mark shows by its zeros. */
const FOREIGN: readonly (readonly [what: string, begins: RegExp])[] = [
  ['in UTF-32', /^(?:fffe0000|0000feff|(?!00)..000000|000000(?!00)..)$/],
  ['compressed with gzip', /^1f8b/],
  ['compressed with bzip2', /^425a683/],
  ['compressed with xz', /^fd377a58/],
  ['compressed with Zstandard', /^28b52ffd/],
  ['a ZIP archive', /^504b0304/],
  ['a PDF', /^25504446/],
  ['encrypted with git-crypt', /^00474954/],
  ['a document of a word processor', /^(?:d0cf11e0|7b5c7274)/],
  ['a picture', /^(?:89504e47|ffd8ff|47494638)/],
];

/** What bytes are that hold no text that `decodeText` reads, in words that follow "is"; null where they may. */
export function foreignForm(bytes: Uint8Array): string | null {
  const beginning = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return FOREIGN.find(([, begins]) => begins.test(beginning))?.[0] ?? null;
}
