import type { Finding } from '../../../lambdas/shared/contract/operator.ts';

/** First words of checks whose second one is a source. */
const OF_A_SOURCE = [
  'project-key',
  'key-project',
  'workload-identity',
  'webhook-secret',
  'webhook-endpoint',
  'webhooks',
  'sweep',
  'webhook-test',
];
const OF_THE_KEYS = ['admin-key', 'secrets'];
const OF_THIS_MACHINE = ['cli-version', 'policy-file', 'local-clock'];

/** The findings of one thing together: its name, and what was found of it. */
export function groupFindings(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return Map.groupBy(findings, groupOf);
}

function groupOf({ check }: Finding): string {
  const [first = '', second] = check.split(' ');
  if (OF_A_SOURCE.includes(first) && second !== undefined) return `Source ${second}`;
  if (OF_THE_KEYS.includes(first)) return 'Admin key and secrets';
  return OF_THIS_MACHINE.includes(first) ? 'This machine' : 'Stack';
}
