/** How the tests of a run have ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NO_COUNTS: Counts = { passed: 0, failed: 0, skipped: 0 };

export function sum(all: readonly Counts[]): Counts {
  return all.reduce((total, { passed, failed, skipped }) => {
    return {
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    };
  }, NO_COUNTS);
}

/** One plain line for whoever reads the log by machine. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
