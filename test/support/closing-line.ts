import type { Reporter, TestModule } from 'vitest/node';
import { closingLine } from './counts.ts';

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
    const counts = { passed, skipped, failed: count.failed + count.pending + brokenModules + unhandledErrors.length };
    if (process.send) process.send(counts);
    else process.stdout.write(closingLine(counts));
  }
}
