/** Undefined for what is no JSON: the errors of `JSON.parse` quote the text, which may hold secrets. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
