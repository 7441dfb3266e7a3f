/** The process is gone: nothing it was about to do happens. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * Kills a process at one of its I/O steps, counted over all the ports it uses: before the step's effect or after it.
 * From then on every step of the same process fails, as nothing runs in a process that is gone.
 */
export class Killer {
  steps = 0;
  #dead = false;
  readonly #at: number;
  readonly #moment: 'before' | 'after';

  constructor(at: number, moment: 'before' | 'after') {
    this.#at = at;
    this.#moment = moment;
  }

  get struck(): boolean {
    return this.#dead;
  }

  /** The port, with every method a step that may be the last. */
  watch<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name, receiver) => {
        const method = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const last = this.#enter();
          if (last && this.#moment === 'before') throw this.#die();
          const result = await method.apply(target, args);
          if (last || this.#dead) throw this.#die();
          return result;
        };
      },
    });
  }

  #enter(): boolean {
    if (this.#dead) throw new Killed();
    return this.steps++ === this.#at;
  }

  #die(): Killed {
    this.#dead = true;
    return new Killed();
  }
}
