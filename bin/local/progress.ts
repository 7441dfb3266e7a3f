/** Says what is going on, a line a step, with the seconds since the start. */
export class Progress {
  readonly #start = Date.now();

  /** Begins a step that takes a while. */
  begin(what: string): void {
    console.log(`${this.#seconds()}  … ${what}`);
  }

  done(what: string): void {
    console.log(`${this.#seconds()}  ✓ ${what}`);
  }

  #seconds(): string {
    return `${((Date.now() - this.#start) / 1000).toFixed(1).padStart(6)} s`;
  }
}
