import { describeValue } from './describe.ts';

interface Line {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly values: readonly unknown[];
}

/** Steps that change nothing, and the log's own words. */
const READS = /^(\w+\.(get|list|due|read|refusedP|find|acquire|release)|"|starts|ends)/;

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

  /** All lines, or the last ones that changed anything. */
  format(count: number | 'all'): readonly string[] {
    const lines = count === 'all' ? this.#lines : this.#lines.filter(({ what }) => !READS.test(what)).slice(-count);
    return lines.map(({ at, who, what, values }) => {
      const seconds = ((at - this.#start) / 1_000).toFixed(3).padStart(10);
      return `${seconds} s  ${who.padEnd(13)} ${what} ${values.map(describeValue).join(' ')}`.trimEnd();
    });
  }
}
