import { badRequest, UnpreparedError } from './api-error.ts';

/** Refuses every query parameter that the endpoint does not know, so that a misspelt filter is not ignored. */
export function allowOnly(query: URLSearchParams, known: readonly (string | RegExp)[]): void {
  for (const name of query.keys()) {
    if (known.some((allowed) => (typeof allowed === 'string' ? allowed === name : allowed.test(name)))) continue;
    throw new UnpreparedError(400, `Unknown parameter: '${name}'.`, { param: name, code: 'unknown_parameter' });
  }
}

/** A whole number of Unix seconds or of objects; undefined where it is left out. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`Invalid type for '${name}': expected an integer, but got '${text}'.`, name, 'invalid_type');
  }
  return Number(text);
}

/** True for `true`, false for `false` or nothing. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? 'false';
  if (text !== 'true' && text !== 'false') {
    throw badRequest(`Invalid type for '${name}': expected a boolean, but got '${text}'.`, name, 'invalid_type');
  }
  return text === 'true';
}

/** One of the words, or the first of them where it is left out. */
export function oneOf<T extends string>(query: URLSearchParams, name: string, words: readonly [T, ...T[]]): T {
  const text = query.get(name) ?? words[0];
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw badRequest(
    `Invalid value: '${text}'. Supported values are: ${words.map((each) => `'${each}'`).join(', ')}.`,
    name,
    'invalid_value',
  );
}
