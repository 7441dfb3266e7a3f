import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StackAtWork, startStack } from '../../iam/stack-at-work.ts';
import { policyOf, synthesize } from '../../stack/synthesize.ts';
import { type Bill, billOf } from './bill.ts';
import { costDocument, costSentence } from './document.ts';
import { type MeasuredRuns, measure } from './measure.ts';
import { ASSUMED, SWEEPS } from './prices.ts';
import { standingOf } from './standing.ts';

const targets = Array.from({ length: ASSUMED.targets }, (_, at) => `target-${at}`);
const POLICY = `
version: 1
projects:
  research: { id: proj_RESEARCH, source: {} }
${targets.map((alias, at) => `  ${alias}: { id: proj_TARGET_${at} }`).join('\n')}
rules:
  - { name: all to all, from: research, to: [${targets.join(', ')}] }
`;
const ROOT = join(import.meta.dirname, '..', '..', '..');

let stack: StackAtWork;
let runs: MeasuredRuns;
let bills: readonly Bill[];
beforeAll(async () => {
  const [{ template }, policy] = [synthesize(POLICY), policyOf(POLICY)];
  stack = await startStack(template, policy);
  for (const at of targets.keys()) stack.fake.addProject({ id: `proj_TARGET_${at}` });
  runs = await measure(stack);
  const standing = standingOf(template, policy);
  bills = SWEEPS.map((size) => billOf(runs, standing, size));
}, 120_000);
afterAll(() => stack.close());

it('docs/cost.md is current (else: npm run cost)', async () => {
  await expect(costDocument(bills, runs)).toMatchFileSnapshot(join(ROOT, 'docs', 'cost.md'));
});

it('the README has its numbers from there', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');
  expect(/AWS: \$.*?\(docs\/cost\.md\)\)/.exec(readme)?.[0]).toBe(costSentence(bills));
});

it('what sweeps take is what docs/sizes.md says', () => {
  const rows = readFileSync(join(ROOT, 'docs', 'sizes.md'), 'utf8').replaceAll(',', '');
  for (const { checkpoints, sweep, fullPass } of SWEEPS.slice(1)) {
    for (const [what, each] of [['sweep', sweep] as const, ['full pass', fullPass] as const]) {
      const units = new RegExp(
        `\\| ${checkpoints} \\| ${what} nothing to do \\| (\\d+) \\| (\\d+) \\| \\S+ \\| (\\d+) \\|`,
      ).exec(rows);
      expect(units?.slice(1).map(Number)).toEqual([each.invocations, each.readUnits, each.writeUnits]);
    }
  }
});

it('nothing that is counted is counted as nothing', () => {
  const { shared, ticks, lists } = runs;
  expect(lists).toBe(2);
  for (const run of [shared.observe, shared.share, shared.publish]) expect(run.writeUnits).toBeGreaterThan(0);
  for (const run of Object.values(ticks)) expect(run.readUnits).toBeGreaterThan(0);
  for (const { items } of bills) for (const { what, dollars } of items) expect(dollars, what).toBeGreaterThan(0);
});
