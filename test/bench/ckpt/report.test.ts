import { expect, it } from 'vitest';
import { isBroken } from '../section.ts';
import type { Row } from './measure.ts';
import { ckptSection } from './report.ts';

const row = (command: Row['command'], medianSeconds: number): Row => {
  return { command, firstSeconds: 2.5, medianSeconds, slowestSeconds: 3.5, bytes: 1_234_567 };
};

it('the bench of the CLI is broken by a command that takes more than three seconds, and by nothing else', () => {
  const { limits, text } = ckptSection([row('list --json', 1.25), row('plan', 3), row('status', 3.01)], 10_000);
  expect(limits.filter(isBroken)).toEqual([{ what: 'ckpt status: seconds', is: 3.01, atMost: 3 }]);
  expect(text).toContain('over 10,000 permissions');
  expect(text).toMatch(/^list --json +2\.50 +1\.25 +3\.50 +1,234,567$/m);
});
