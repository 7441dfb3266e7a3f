import { describeValue } from './describe.ts';

interface Line {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly values: readonly unknown[];
}

/** What happened, in order. Formatted only when it is to be read. */
export class Trace {
  readonly #lines: Line[] = [];
  readonly #now: () => number;
  readonly #start: number;

  constructor(now: () => number, start: number) {
    this.#now = now;
    this.#start = start;
  }

  add(who: string, what: string, ...values: readonly unknown[]): void {
    this.#lines.push({ at: this.#now(), who, what, values });
  }

  /** The last lines, or all. */
  format(count = Number.POSITIVE_INFINITY): readonly string[] {
    return this.#lines.slice(-Math.min(count, this.#lines.length)).map(({ at, who, what, values }) => {
      const seconds = ((at - this.#start) / 1000).toFixed(3).padStart(10);
      return `${seconds} s  ${who.padEnd(13)} ${what} ${values.map(describeValue).join(' ')}`.trimEnd();
    });
  }
}
