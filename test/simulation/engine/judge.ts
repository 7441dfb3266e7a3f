/** An invariant that did not hold. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Keeps the first violation: what follows from it says nothing more. */
export class Judge {
  violation: Violation | null = null;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  violated(invariant: string, detail: string): void {
    this.violation ??= { invariant, detail, at: this.#now() };
  }
}
