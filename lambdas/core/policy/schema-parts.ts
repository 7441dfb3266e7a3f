import { z } from 'zod';
import { MAX_ID_LENGTH, PROJECT_ID } from '../model/ids.ts';
import { nearest } from './nearest.ts';

type Raw = { readonly input?: unknown };
type Kind = 'empty' | 'a list' | 'a mapping' | 'a number' | 'true or false' | 'a text';

/**
 * The error of a schema: `what` is to be written. Of what is there instead it tells the kind, unless that is the expected
 * one, and never the value, which may be a secret in the wrong place.
 */
export function write(what: string, expected: Kind = 'a text') {
  const error = ({ input }: Raw): string => {
    if (input === undefined) return `missing: write ${what}`;
    const kind = kindOf(input);
    return kind === expected ? `write ${what}` : `this is ${kind}: write ${what}`;
  };
  return { error };
}

function kindOf(input: unknown): Kind {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  if (typeof input === 'number') return 'a number';
  return typeof input === 'boolean' ? 'true or false' : 'a text';
}

/** A text that people write without quotes although YAML takes it for something else. */
export function looseText() {
  const error = (issue: Raw): string => {
    const begins = BEGINNINGS[kindOf(issue.input)];
    const where = begins ? `begins with ${begins}` : 'looks like a number, true or false';
    return write(`a text, in quotes where it ${where}`).error(issue);
  };
  return z.string({ error });
}

const BEGINNINGS: Readonly<Partial<Record<Kind, string>>> = {
  'a mapping': '{',
  'a list': '[ or -',
  empty: '#, & or !, or is null',
};

/** The same for a name: of one that is no text it is told that quotes make it one. */
export function writeName(what: string) {
  const error = (issue: Raw): string => {
    const isScalar = ['a number', 'true or false', 'empty'].includes(kindOf(issue.input)) && issue.input !== undefined;
    return write(isScalar ? `${what}, in quotes where it looks like a number, true or null` : what).error(issue);
  };
  return { error };
}

/** A mapping with exactly these keys. Its message for unknown keys has one line a key. */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  const otherwise = write(`a mapping with ${listOf(known)}`, 'a mapping').error;
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return otherwise(issue);
      return issue.keys.map((key) => unknownKey(key, known)).join('\n');
    },
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const glued = known.find((name) => key.startsWith(`${name}:`));
  if (glued !== undefined) return `a space is missing after the colon: write "${glued}: " and then the value`;
  if (/^\/[/*]/.test(key)) return 'a comment begins with # here, not with // or /*';
  const meant = nearest(key, known);
  return meant ? `unknown key; did you mean ${meant}?` : `unknown key; write one of ${listOf(known)}`;
}

/** Without `$schema`, which means something to editors only. */
function listOf(keys: readonly string[]): string {
  return keys.filter((key) => !key.startsWith('$')).join(', ');
}

export function text(pattern: RegExp, what: string, wanted = write(what)) {
  return z.string(wanted).regex(pattern, { ...write(what), abort: true });
}

export function wholeNumber(least: number, most: number) {
  const range = write(`a whole number from ${least} to ${most}`, 'a number');
  return z.int(range).min(least, range).max(most, range);
}

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, write(`one of ${values.join(', ')}`));
}

/** What one row of the ledger certainly holds, whatever OpenAI says of each of them. */
export const MAX_TARGETS = 1_000;

/** One of something, or a list of up to so many of them. */
export function oneOrMore<Item extends z.ZodType>(item: Item, what: string, most = MAX_TARGETS) {
  const items = z
    .array(item)
    .min(1, { error: `the list is empty: write ${what}` })
    // Not `max`, of which a union does not tell.
    .refine((list) => list.length <= most, { error: `the list is too long: write at most ${most}` })
    .meta({ maxItems: most });
  return z.union([item, items], writeName(`${what} or a list of them`));
}

export const projectId = z
  .string(write('the id of the project, proj_…'))
  .max(MAX_ID_LENGTH, { ...write(`an id in at most ${MAX_ID_LENGTH} characters`), abort: true })
  .regex(PROJECT_ID, { ...write('the id of the project, proj_…'), abort: true });

export const KEY_ITSELF =
  'this looks like the secret itself: replace that key, keep it in Secrets Manager, and write the ARN';
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+$/;
const secretArnWanted = write('the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>').error;

export const secretArn = z.string({ error: secretArnWanted }).regex(SECRET_ARN, {
  error: (issue) => {
    if (!/^(?:sk-|whsec_)/.test(issue.input ?? '')) return secretArnWanted(issue);
    return KEY_ITSELF;
  },
});
