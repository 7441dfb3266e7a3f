import type { Reporter, TestModule } from 'vitest/node';
import { type Counts, closingLine, slowestOf } from './counts.ts';

/** Says at the very end how the tests have ended: to whoever has started this run beside others, else in one plain line. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    let brokenModules = 0;
    for (const module of modules) {
      if (module.errors().length > 0) brokenModules++;
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    const { passed, skipped } = count;
    const failed = count.failed + count.pending + brokenModules + unhandledErrors.length;
    const slowest = slowestOf(
      modules.map((module) => ({ file: module.relativeModuleId, ms: module.diagnostic().duration })),
    );
    const counts: Counts = { passed, failed, skipped, slowest };
    if (process.send) process.send(counts);
    else process.stdout.write(closingLine(counts));
  }
}
