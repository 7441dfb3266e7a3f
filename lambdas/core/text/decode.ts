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

function labelOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === undefined || second === undefined) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return 'utf-8';
}
