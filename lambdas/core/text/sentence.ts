/** What somebody else has said, with one full stop at its end. */
export function asSentence(text: string): string {
  return `${withoutStop(text)}.`;
}

/** The same as a part of a sentence. */
export function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
