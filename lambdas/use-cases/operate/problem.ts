import { ContentionError, SettingsError, SharingError } from '../../core/errors.ts';
import type { Problem } from '../../shared/contract/operator.ts';

/** What was asked for cannot be done as asked. `next` is the step to take, a whole sentence. */
export class BadRequestError extends SharingError {
  override readonly name = 'BadRequestError' as const;
  readonly next: string;
  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }
}

/** What was to be applied is not the plan any more. */
export class PlanChangedError extends SharingError {
  override readonly name = 'PlanChangedError' as const;
}

/** An error as an answer; undefined for one that nobody foresaw, whose text may hold what is not for everybody's eyes. */
export function toProblem(error: unknown): Problem | undefined {
  if (error instanceof BadRequestError) return { name: error.name, message: error.message, next: error.next };
  if (error instanceof PlanChangedError) {
    return { name: error.name, message: error.message, next: 'Run ckpt plan again.' };
  }
  if (error instanceof SettingsError) {
    return { name: error.name, message: `${error.message}.`, next: 'Deploy the stack again.' };
  }
  if (error instanceof ContentionError) {
    return { name: error.name, message: `${error.message}.`, next: 'Nothing is lost: ask again in a moment.' };
  }
  return undefined;
}
