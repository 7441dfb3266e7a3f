export type * from './commands.ts';
export type * from './doctor.ts';
export type * from './events.ts';
export type * from './explain.ts';
export type * from './jobs.ts';
export type * from './keys.ts';
export type * from './pause.ts';
export type * from './permissions.ts';
export type * from './plan.ts';
export type * from './reconcile.ts';
export type * from './show.ts';
export type * from './status.ts';
export type * from './webhook.ts';

/** ISO 8601 with milliseconds, in UTC. */
export type IsoTime = string;

/** An error is an answer, too: the function itself fails only where it cannot even start. */
export type OperatorAnswer<Result = unknown> =
  | { readonly ok: true; readonly result: Result }
  | {
      readonly ok: false;
      readonly error: Problem;
      /** Asked again after so many seconds, it may be done: a slot of the pacer, or a call that is on its way. */
      readonly retryAfterSeconds?: number;
    };

/**
 * Goes with any request: who asks, as they told it. Whether AWS let them is decided before; CloudTrail has the proof, under
 * the request id.
 */
export interface Asker {
  /** An ARN; 200 characters at most. */
  readonly by?: string;
}

/** What went wrong, and the next step to take; both whole sentences. */
export interface Problem {
  readonly name: string;
  readonly message: string;
  readonly next: string;
}
