import { badRequest } from './api-error.ts';

/** A JSON object with no other keys than these. */
export function readObject(body: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isObject(body)) throw badRequest('Invalid body: expected a JSON object.', undefined, 'invalid_type');
  const unknownKey = Object.keys(body).find((key) => !known.includes(key));
  if (unknownKey === undefined) return body;
  throw badRequest(`Unknown parameter: '${unknownKey}'.`, unknownKey, 'unknown_parameter');
}

export function readString(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (value === undefined) throw missing(name);
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  return value;
}

/** Undefined where it is left out or null. */
export function readOptionalString(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  return body[name] === undefined || body[name] === null ? undefined : readString(body, name);
}

/** Undefined where it is left out. */
export function readBoolean(body: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(name, 'a boolean');
}

/** At least one string. */
export function readStrings(body: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = body[name];
  if (value === undefined) throw missing(name);
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw wrongType(name, 'an array of strings');
  }
  if (value.length > 0) return value;
  throw badRequest(`Invalid '${name}': empty array. Expected at least one element.`, name, 'empty_array');
}

/** Strings by name; null where it is left out or null. */
export function readMetadata(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, string>> | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  const isMetadata = (given: unknown): given is Record<string, string> =>
    isObject(given) && Object.values(given).every((item) => typeof item === 'string');
  if (!isMetadata(value)) throw wrongType(name, 'an object of strings');
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missing(name: string) {
  return badRequest(`Missing required parameter: '${name}'.`, name, 'missing_required_parameter');
}

function wrongType(name: string, expected: string) {
  return badRequest(`Invalid type for '${name}': expected ${expected}.`, name, 'invalid_type');
}
