import {
  ContentionError,
  NoSlotError,
  RowRefusedError,
  SecretUnusableError,
  SettingsError,
  SharingError,
} from '../../core/errors.ts';
import { isThrottling, type UnwrittenRow } from '../../core/row-failure.ts';
import type { OperatorAnswer, Problem } from '../../shared/contract/operator.ts';

/** What was asked for cannot be done as asked. `next` is the step to take, a whole sentence. */
export class BadRequestError extends SharingError {
  override readonly name = 'BadRequestError' as const;
  readonly next: string;
  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.next = next;
  }
}

/** OpenAI, or the key for it, does not let it be done. `kind` names the error that it came from. */
export class OpenAIProblemError extends SharingError {
  override readonly name = 'OpenAIProblemError' as const;
  readonly kind: string;
  readonly next: string;
  constructor(kind: string, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.next = next;
  }
}

/** What was to be applied is not the plan any more. */
export class PlanChangedError extends SharingError {
  override readonly name = 'PlanChangedError' as const;
}

/** A call is on its way whose end has to be waited for. */
export class NotYetError extends SharingError {
  override readonly name = 'NotYetError' as const;
  readonly seconds: number;
  constructor(message: string, seconds: number) {
    super(message);
    this.seconds = seconds;
  }
}

/** All else was done. Throws where rows of the ledger could not be written; asked again, it goes on with these. */
export function refuseUnwritten(unwritten: readonly UnwrittenRow[], done: string): void {
  const [first] = unwritten;
  if (first === undefined) return;
  const others = unwritten.length > 1 ? `, nor could ${unwritten.length - 1} others` : '';
  throw new BadRequestError(
    `${done}, but ${first.row} could not be written to the ledger (${first.reason})${others}.`,
    'Ask again; see docs/runbook.md#row-unwritable if that does not help.',
  );
}

type Refusal = Extract<OperatorAnswer, { readonly ok: false }>;

const SOON = 'Nothing is lost: ask again in a moment.';
const WAIT = 'Ask again later, or give ckpt more time to wait with --timeout.';

/** An error as an answer; undefined for one that nobody foresaw, whose text may hold what is not for everybody's eyes. */
export function toRefusal(error: unknown): Refusal | undefined {
  if (error instanceof NoSlotError) {
    const why = error.reason === null ? '' : ` (${error.reason})`;
    return later(`The next admin call can go in ${error.seconds} s${why}.`, error);
  }
  if (error instanceof NotYetError) return later(error.message, error);
  const problem = toProblem(error);
  return problem && { ok: false, error: problem };
}

function later(message: string, { name, seconds }: NoSlotError | NotYetError): Refusal {
  return { ok: false, error: { name, message, next: WAIT }, retryAfterSeconds: seconds };
}

function toProblem(error: unknown): Problem | undefined {
  if (error instanceof BadRequestError) return { name: error.name, message: error.message, next: error.next };
  if (error instanceof OpenAIProblemError) return { name: error.kind, message: error.message, next: error.next };
  if (error instanceof PlanChangedError) {
    return { name: error.name, message: error.message, next: 'Run ckpt plan again.' };
  }
  if (error instanceof SettingsError) {
    return { name: error.name, message: `${error.message}.`, next: 'Deploy the stack again.' };
  }
  if (error instanceof SecretUnusableError) {
    return {
      name: error.name,
      message: `${error.message}.`,
      next: 'Mend that, and ask again.',
    };
  }
  if (error instanceof ContentionError) {
    return { name: error.name, message: `${error.message}.`, next: SOON };
  }
  if (error instanceof RowRefusedError) {
    return {
      name: error.name,
      message: `${error.message}; nothing was done.`,
      next: 'See docs/runbook.md#row-unwritable.',
    };
  }
  return isThrottling(error)
    ? { name: 'ContentionError', message: 'DynamoDB is too busy just now.', next: SOON }
    : undefined;
}
