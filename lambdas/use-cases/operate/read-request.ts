import type * as z from 'zod/mini';
import { holdsKey } from '../../core/model/key-shape.ts';
import { COMMANDS, type CommandName } from '../../shared/contract/commands.ts';
import type { RequestOf } from '../../shared/contract/operator.ts';
import { BadRequestError } from './problem.ts';

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Who asks and who answers may be of different versions: nothing that is not understood is passed over in silence. */
const OTHER_VERSION = 'CLI and stack may be of different versions: deploy the stack from this checkout.';

export function readFields(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw noObject('request');
}

/** What is asked ends up in answers, logs and events: a key that was sent by mistake must not. */
export function refuseKeys(text: string): void {
  if (!holdsKey(text)) return;
  throw new BadRequestError(
    'An API key or a webhook secret was sent; nothing was done, and it is not repeated here.',
    'No command takes one. Rotate it if others may have seen it.',
  );
}

/** Checks what was sent for a command; throws `BadRequestError` for the first thing that is wrong with it. */
export function readRequest<Name extends CommandName>(command: Name, fields: Fields): RequestOf<Name> {
  const schema: z.ZodMiniType<unknown> = COMMANDS[command].request;
  const { success, data, error } = schema.safeParse(fields);
  if (success) return data as RequestOf<Name>;
  throw toBadRequest(error.issues[0]);
}

function toBadRequest(issue: z.core.$ZodIssue | undefined): BadRequestError {
  if (issue?.code === 'unrecognized_keys') return notUnderstood(`the field ${quoted(issue.keys.join(', '))}`);
  const name = issue?.path.findLast((part) => typeof part === 'string') ?? 'request';
  if (issue?.code === 'invalid_type' && issue.expected === 'object') return noObject(name);
  const field = `the field ${quoted(name)}`;
  if (issue?.code !== 'custom' || issue.params?.tooLong !== true) {
    return notUnderstood(`${field}, ${issue?.message}`);
  }
  return new BadRequestError(`T${field.slice(1)} ${issue.message}.`, 'Write a shorter one.');
}

function noObject(what: string): BadRequestError {
  return new BadRequestError(
    `The ${what} is not a JSON object.`,
    'Use the ckpt command, which asks in the right form.',
  );
}

export function notUnderstood(what: string): BadRequestError {
  return new BadRequestError(`The operator function does not understand ${what}.`, OTHER_VERSION);
}

/** Text from outside for a message: 100 characters at most. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
