/** How the tests of a run have ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The test files that took longest, the slowest first. */
  readonly slowest: readonly Slow[];
}

export interface Slow {
  readonly file: string;
  readonly ms: number;
}

export const NO_COUNTS: Counts = { passed: 0, failed: 0, skipped: 0, slowest: [] };

const SHOWN = 10;

export function sum(all: readonly Counts[]): Counts {
  return all.reduce((total, { passed, failed, skipped, slowest }) => {
    return {
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      slowest: slowestOf([...total.slowest, ...slowest]),
    };
  }, NO_COUNTS);
}

export function slowestOf(files: readonly Slow[]): readonly Slow[] {
  return files.toSorted((a, b) => b.ms - a.ms).slice(0, SHOWN);
}

/** Where a run's time went, and one plain line for whoever reads the log by machine. */
export function closingLine({ passed, failed, skipped, slowest }: Counts): string {
  const files = slowest.map(({ file, ms }) => `${(ms / 1_000).toFixed(1).padStart(7)} s  ${file}\n`).join('');
  const where = slowest.length < SHOWN ? '' : `\nThe slowest files:\n${files}`;
  return `${where}\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
