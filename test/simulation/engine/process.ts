import { SharingError, UnavailableError, UncertainError } from '../../../lambdas/core/errors.ts';
import type { Fates } from './fates.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** A read or write of the ledger, the pacer's store or the queue that failed. */
export class StorageFailure extends SharingError {
  override readonly name = 'StorageFailure' as const;
}

export interface ProcessDeps {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly fates: Pick<Fates, 'storage' | 'call'>;
}

/** A call to OpenAI. */
export interface RemoteCall<T> {
  readonly label: string;
  readonly args: readonly unknown[];
  readonly access: 'read' | 'write';
  readonly deadlineMs: number;
  /** Lets it in, or throws an `OpenAIError`. `throttled`: others have used up the endpoint. */
  readonly arrive: (throttled: boolean) => void;
  /** Carries it out, or throws an `OpenAIError`. */
  readonly work: () => T;
}

/**
 * One function at work. Each step that it takes outside itself is an event of its own, at which others may come
 * between. Once it has died nothing of it runs on: what it waits for never comes, only what it has sent still arrives.
 */
export class Process {
  readonly name: string;
  /** The clock of the machine that it runs on. */
  readonly now: () => number;
  isAlive = true;
  readonly #deps: ProcessDeps;
  readonly #onGone: () => void;

  constructor(deps: ProcessDeps, name: string, skewMs: number, onGone: () => void) {
    this.#deps = deps;
    this.#onGone = onGone;
    this.name = name;
    this.now = () => deps.scheduler.now + skewMs;
  }

  die(why: string): void {
    this.end('DIES', why);
  }

  /** Well, badly, or before its time: nothing of it runs any more. */
  end(how: string, why?: unknown): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#deps.trace.add(this.name, how, ...(why === undefined ? [] : [why]));
    this.#onGone();
  }

  readonly sleep = (ms: number): Promise<void> => new Promise((wake) => this.#continue(ms, wake));

  /** The port with every method a storage step of this process. */
  port<Port extends object>(name: string, port: Port): Port {
    const steps = Object.entries(port).map(([method, act]) => [
      method,
      (...args: unknown[]) => this.#store(`${name}.${method}`, args, () => act(...args)),
    ]);
    return Object.fromEntries(steps);
  }

  #store<T>(label: string, args: readonly unknown[], act: () => Promise<T>): Promise<T> {
    const { scheduler, trace, fates } = this.#deps;
    return new Promise((resolve, reject) => {
      if (!this.isAlive) return;
      const { delayMs, crash, failure } = fates.storage();
      if (crash === 'before') return this.die(`before ${label}`);
      if (crash === 'meanwhile') this.die(`with ${label} on its way`);
      scheduler.after(delayMs, async () => {
        if (failure === 'before') {
          trace.add(this.name, `${label} FAILS`, args[0]);
          if (this.isAlive) reject(new StorageFailure(`${label} failed`));
          return;
        }
        const outcome = await act().then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        );
        if ('error' in outcome) {
          trace.add(this.name, `${label} IS REFUSED`, args[0], outcome.error);
          if (this.isAlive) reject(outcome.error);
          return;
        }
        const { value } = outcome;
        trace.add(this.name, label, args[0], '→', value);
        if (crash === 'after') this.die(`after ${label}`);
        if (!this.isAlive) return;
        if (failure === 'after') reject(new StorageFailure(`${label} was done, and its answer lost`));
        // A lease that is one's own is granted again.
        else resolve(failure === 'repeated' && value === true && !label.endsWith('Lease') ? (false as T) : value);
      });
    });
  }

  /** A call to OpenAI, whose error classes it throws. */
  call<T>({ label, args, access, deadlineMs, arrive, work }: RemoteCall<T>): Promise<T> {
    const { scheduler, trace, fates } = this.#deps;
    return new Promise((resolve, reject) => {
      if (!this.isAlive) return;
      const { crashBefore, crashAt, arrivesAt, worksAt, answersAt, failure } = fates.call(access);
      if (crashBefore) return this.die(`before ${label}`);
      trace.add(this.name, label, ...args);
      if (crashAt !== null) scheduler.after(crashAt, () => this.die(`with ${label} on its way`));
      const Doubtful = access === 'read' ? UnavailableError : UncertainError;
      let end = () => reject(failure === 'unsent' ? new UnavailableError('not sent') : new Doubtful('no answer'));
      this.#continue(Math.min(answersAt, deadlineMs), () => end());
      if (failure === 'unsent' || failure === 'request-lost') return;

      const isLost = failure === 'answer-lost' || answersAt > deadlineMs;
      const answer = (what: unknown, act: () => void) => {
        trace.add('openai', `${label} of ${this.name}`, ...args, '→', what);
        if (!isLost) end = act;
      };
      const attempt = <R>(act: () => R, next: (value: R) => void) => {
        let value: R;
        try {
          value = act();
        } catch (error) {
          return answer(error, () => reject(error));
        }
        next(value);
      };
      const carryOut = () => attempt(work, (value) => answer(value, () => resolve(value)));
      scheduler.after(arrivesAt, () => {
        attempt(
          () => arrive(failure === 'throttled'),
          () => scheduler.after(worksAt - arrivesAt, carryOut),
        );
      });
    });
  }

  /** Goes on after so many milliseconds, if it then still lives. */
  #continue(ms: number, act: () => void): void {
    this.#deps.scheduler.after(ms, () => {
      if (this.isAlive) act();
    });
  }
}
