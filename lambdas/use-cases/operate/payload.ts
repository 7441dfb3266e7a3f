import { bytesOf } from '../../core/model/bytes.ts';
import { BadRequestError } from './problem.ts';

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Who asks and who answers may be of different versions: nothing that is not understood is passed over in silence. */
const OTHER_VERSION = 'CLI and stack may be of different versions: deploy the stack from this checkout.';

export function readFields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new BadRequestError(`${what} is not a JSON object.`, 'Use the ckpt command, which asks in the right form.');
}

/** Throws when there is a field that the command does not know. */
export function allowOnly(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw notUnderstood(`the field ${quoted(unknown.join(', '))}`);
}

/** Bytes of a text that names something: no key of the ledger is longer. */
const MOST_BYTES = 1_024;

export function readTextOrNull(fields: Fields, name: string, most = MOST_BYTES): string | null {
  const value = fields[name] ?? null;
  if (typeof value === 'string') return notLonger(name, value, most);
  if (value === null) return value;
  throw notUnderstood(`the field ${quoted(name)}, which is no text`);
}

export function readText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return notLonger(name, value, MOST_BYTES);
  throw notUnderstood(`the field ${quoted(name)}, which is no text`);
}

/** False when it is left out. */
export function readFlag(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw notUnderstood(`the field ${quoted(name)}, which is neither true nor false`);
}

/** A whole number from 0 to `most`; 0 when it is left out. */
export function readCount(fields: Fields, name: string, most: number): number {
  const value = fields[name] ?? 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw notUnderstood(`the field ${quoted(name)}, which is no whole number from 0 to ${most}`);
}

/** A time as milliseconds since the epoch. */
export function readTime(fields: Fields, name: string): number {
  const time = Date.parse(readText(fields, name));
  if (Number.isFinite(time)) return time;
  throw notUnderstood(`the field ${quoted(name)}, which is no time`);
}

/** The same; null when it is left out. */
export function readTimeOrNull(fields: Fields, name: string): number | null {
  return (fields[name] ?? null) === null ? null : readTime(fields, name);
}

/** A list of texts; empty when it is left out. */
export function readTexts(fields: Fields, name: string): readonly string[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.map((item) => notLonger(name, item, MOST_BYTES));
  }
  throw notUnderstood(`the field ${quoted(name)}, which is no list of texts`);
}

function notLonger(name: string, text: string, most: number): string {
  const bytes = bytesOf(text);
  if (bytes <= most) return text;
  throw new BadRequestError(`The field ${quoted(name)} has ${bytes} bytes; ${most} are taken.`, 'Write a shorter one.');
}

export function notUnderstood(what: string): BadRequestError {
  return new BadRequestError(`The operator function does not understand ${what}.`, OTHER_VERSION);
}

/** Text from outside for a message: 100 characters at most. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
