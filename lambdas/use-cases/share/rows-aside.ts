import { RowRefusedError } from '../../core/errors.ts';
import { type AsideRows, asideNow, withFailures } from '../../core/model/aside.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { UnwrittenRow } from '../../core/row-failure.ts';
import { changeState, readState } from '../change.ts';
import { failIfNoneIsTaken, tellUnwritten, tryRow } from '../side-by-side.ts';
import type { ShareDeps } from './deps.ts';

/**
 * What a drain could not write, and leaves alone so that the lanes go on with the next: for a minute and then ever longer, so
 * that OpenAI is not asked again and again for what cannot be recorded. Whatever was asked is in no danger: the mark before a
 * POST stands, and a LIST resolves it.
 */
export class RowsAside {
  /** As they were given, but what is set aside does not count as due. */
  readonly deps: ShareDeps;
  readonly #left: Set<string>;
  readonly #failed = new Map<string, UnwrittenRow>();
  /** Of earlier drains. */
  readonly #known: ReadonlySet<string>;
  readonly #written = new Set<string>();

  private constructor(deps: ShareDeps, aside: AsideRows) {
    this.#known = new Set(aside.rows.map(({ row }) => row));
    this.#left = new Set(asideNow(aside, deps.now()));
    this.deps = { ...deps, ledger: this.#withoutLeft(deps.ledger) };
  }

  /** With what earlier drains have set aside. */
  static async begin(deps: ShareDeps): Promise<RowsAside> {
    return new RowsAside(deps, await readState(deps.ledger, 'aside'));
  }

  /** Does a part of the work on a row; where the row cannot be written, it is set aside, and the answer is `otherwise`. */
  async guard<T>(row: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    let answer = otherwise;
    const failed = await tryRow(row, async () => {
      answer = await work();
    });
    if (failed === undefined) this.#written.add(row);
    else this.#setAside(row, failed);
    return answer;
  }

  /** The checkpoint's record; one that a newer version has written is set aside, too, and undefined. */
  async read(checkpoint: string): Promise<CheckpointRecord | undefined> {
    try {
      return await this.deps.ledger.getCheckpoint(checkpoint);
    } catch (error) {
      if (!(error instanceof RowRefusedError)) throw error;
      this.#setAside(checkpoint, { row: checkpoint, reason: error.problem, passing: false });
      return undefined;
    }
  }

  #setAside(row: string, failed: UnwrittenRow): void {
    this.#left.add(row);
    this.#failed.set(row, failed);
    tellUnwritten(this.deps.log, [failed]);
  }

  /** Remembers what was set aside, and forgets what could be written since. */
  async remember(): Promise<void> {
    const { ledger, now } = this.deps;
    const written = this.#written.difference(this.#failed);
    if (this.#failed.size === 0 && written.isDisjointFrom(this.#known)) return;
    await changeState(ledger, 'aside', (aside) => withFailures(aside, [...this.#failed.values()], written, now()));
  }

  /** That is no trouble of single rows, and has to ring. */
  failIfNoneIsTaken(): void {
    failIfNoneIsTaken(this.#written.union(this.#failed).size, [...this.#failed.values()]);
  }

  #withoutLeft(ledger: Ledger): Ledger {
    return {
      ...ledger,
      dueCheckpoints: async (lane, now, limit) => {
        const due = await ledger.dueCheckpoints(lane, now, limit + this.#left.size);
        return due.filter(({ checkpoint }) => !this.#left.has(checkpoint)).slice(0, limit);
      },
    };
  }
}
