/** What DynamoDB, keys and answers are limited in: a text's bytes, of which a letter may take up to four. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** The text, or as much of its beginning as fits into so many bytes with an ellipsis. */
export function shortened(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  let kept = '';
  let left = most - bytesOf('…');
  for (const letter of text.toWellFormed()) {
    left -= bytesOf(letter);
    if (left < 0) break;
    kept += letter;
  }
  return `${kept}…`;
}
