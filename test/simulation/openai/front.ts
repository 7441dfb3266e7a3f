import {
  AccountRefusedError,
  CallerRefusedError,
  ForbiddenError,
  MissingScopeError,
  NotFoundError,
  RefusedError,
} from '../../../lambdas/core/errors.ts';
import { type Elsewhere, isDuring, type Weather } from '../scenario/weather.ts';
import type { SharingCall } from './api.ts';

/**
 * What one process finds before OpenAI. Its key, and whatever its connection leads to, are those of when it began: a key is
 * kept for some minutes.
 */
export class Front {
  readonly #weather: Weather;
  readonly #now: () => number;
  readonly #elsewhere: Elsewhere | null;

  constructor(weather: Weather, now: () => number) {
    this.#weather = weather;
    this.#now = now;
    const { answers, spells } = weather.elsewhere ?? { answers: null, spells: [] };
    this.#elsewhere = spells.some((spell) => isDuring(spell, now())) ? answers : null;
  }

  /** What answers instead of our organisation; null where the call reaches it. */
  #insteadOf(call: SharingCall): Elsewhere | null {
    return this.#elsewhere?.calls.includes(call) ? this.#elsewhere : null;
  }

  /** Throws what an admin call is refused with before anybody looks at what is asked for. */
  admit(call: SharingCall, checkpoint: string): void {
    this.checkAccount();
    const { caller, scope, forbidden } = this.#weather;
    const now = this.#now();
    if (caller !== null && isDuring(caller, now)) {
      throw new CallerRefusedError('Not from here', { status: caller.why === 'gateway' ? 404 : 403, why: caller.why });
    }
    if (scope?.calls.includes(call) && isDuring(scope, now)) {
      throw new MissingScopeError('Missing scopes: api.fine_tuning.checkpoints.read', { status: 401 });
    }
    if (forbidden?.checkpoint === checkpoint && isDuring(forbidden, now)) {
      throw new ForbiddenError('You may not use this checkpoint', { status: 403 });
    }
  }

  /** Of the account, and so whatever the key. */
  checkAccount(): void {
    if (!isDuring(this.#weather.quota, this.#now())) return;
    throw new AccountRefusedError('You exceeded your current quota', { status: 429, code: 'insufficient_quota' });
  }

  create<T>(checkpoint: string, projectIds: readonly string[], ours: () => T): T {
    const instead = this.#insteadOf('create');
    if (instead === null) return ours();
    if (instead.posts === 'not-found') throw unknown(checkpoint);
    if (instead.posts === 'forbidden') throw NOT_YOURS;
    throw new RefusedError(`Project not found: ${projectIds[0]}`, { status: 400 });
  }

  /** Of permissions or events; `empty`: what a list is that has nothing. */
  list<T>(call: 'list' | 'audit', what: string, empty: NoInfer<T>, ours: () => T): T {
    const instead = this.#insteadOf(call);
    if (instead === null) return ours();
    if (instead.lists === 'not-found') throw unknown(what);
    if (instead.lists === 'forbidden') throw NOT_YOURS;
    return empty;
  }

  /** The adapter answers so to a 404. */
  delete<T>(ours: () => T): T | 'absent' {
    return this.#insteadOf('delete') === null ? ours() : 'absent';
  }

  hasProject(ours: () => boolean): boolean {
    switch (this.#elsewhere?.projects) {
      case 'denied':
        return false;
      case 'forbidden':
        throw NOT_YOURS;
      case 'refused':
        throw new CallerRefusedError('No such endpoint', { status: 404, why: 'gateway' });
      default:
        return ours();
    }
  }

  model<T>(model: string, ours: () => T): T {
    if (this.#elsewhere?.models === 'hidden') throw unknown(model);
    return ours();
  }
}

const NOT_YOURS = new ForbiddenError('You are not allowed to do this', { status: 403 });

/** As OpenAI words it, too. */
export function unknown(model: string): NotFoundError {
  return new NotFoundError(`The model '${model}' does not exist`, { status: 404 });
}
