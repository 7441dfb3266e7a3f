import { REPLACEMENT } from '../text/characters.ts';
import { decodeText, foreignForm } from '../text/decode.ts';
import type { Mistake } from './mistake.ts';

/** The text of a file, and where in it bytes are that are none; a text that was read already is taken as it is. */
export function readSource(source: string | Uint8Array): { readonly text: string; readonly lost: readonly Mistake[] } {
  if (typeof source === 'string') return { text: source.replace(/^\uFEFF/, ''), lost: [] };
  const form = foreignForm(source);
  if (form !== null) {
    const message = `the file is ${form}: save it as a text in UTF-8`;
    return { text: '', lost: [{ line: 1, column: 1, path: '', message }] };
  }
  const { text, encoding, whole } = decodeText(source);
  const cause =
    encoding === 'UTF-8' ? 'from an editor that writes Latin-1' : 'where it was cut, or UTF-8 was put to it';
  const message = `bytes that are no ${encoding}, as ${cause}: save the file as UTF-8`;
  const lost = text.split('\n').flatMap((line, i): Mistake[] => {
    const at = line.indexOf(REPLACEMENT);
    return whole || at < 0 ? [] : [{ line: i + 1, column: at + 1, path: '', message }];
  });
  return { text, lost };
}
