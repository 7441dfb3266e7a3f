/**
 * A clock that stands still while anybody works and jumps to the next sleeper's time when all sleep. What is not
 * virtual (a call over loopback) is wrapped in `busy`, so that time waits for its end: runs are exact and repeatable
 * however slow the machine.
 */
export class VirtualTime {
  #now: number;
  #busy = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(start = Date.UTC(2026, 10, 20, 12)) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + ms, wake });
      this.#settle();
    });

  /** Lets time pass with nobody sleeping through it. */
  advance(ms: number): void {
    this.#now += ms;
  }

  async busy<T>(work: Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work;
    } finally {
      this.#busy--;
      this.#settle();
    }
  }

  /** Once whatever can run has run: if nobody is busy, the first sleeper's time has come. */
  #settle(): void {
    setImmediate(() => {
      if (this.#busy > 0 || this.#sleepers.length === 0) return;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (next === undefined) return;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      this.#settle();
    });
  }
}
