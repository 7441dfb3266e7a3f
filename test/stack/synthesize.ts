import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parse } from 'yaml';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { SharingStack, type SharingStackProps } from '../../lib/stack.ts';

/** One source whose secrets the stack makes, and two projects to share with. */
export const POLICY = `
version: 1
projects:
  research: { id: proj_AAA, source: {} }
  prod-eu: { id: proj_BBB }
  prod-us: { id: proj_CCC }
rules:
  - { name: all to production, from: research, to: [prod-eu, prod-us] }
`;

// For all test files of a process: the first to end takes nothing from the others.
const root = mkdtempSync(join(tmpdir(), 'sharing-stack-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

export interface Synthesized {
  readonly app: App;
  readonly template: Template;
}

/** The real stack with its real bundles. Takes a second or two: one for a file, not one for a test. */
export function synthesize(yaml = POLICY, settings: Partial<SharingStackProps> = {}): Synthesized {
  const app = new App({ outdir: mkdtempSync(join(root, 'app-')), analyticsReporting: false });
  const stack = new SharingStack(app, { ...DEFAULTS, policy: parse(yaml), ...settings });
  return { app, template: Template.fromStack(stack) };
}

const DEFAULTS = {
  stackName: 'CheckpointSharing',
  synthesizer: 'default',
  ledgerTable: null,
  pacerTable: null,
  retain: true,
  rotationSchedules: true,
  alarmTopic: null,
  eventBus: null,
} as const;

export function policyOf(yaml: string): Policy {
  const result = parsePolicy(yaml);
  if ('mistakes' in result) throw new Error(JSON.stringify(result.mistakes));
  return result.policy;
}
