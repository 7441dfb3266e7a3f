import { expect, it } from 'vitest';
import { showFindings } from '../../bin/ckpt/doctor/doctor.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import { checksFor } from '../../lambdas/use-cases/operate/doctor/checks.ts';
import { aPolicy } from '../core/policy/builders.ts';

const SECRETS = { apiKeySecret: null, webhookSecret: null };

it.each([
  ['a stored key', SECRETS],
  ['a workload identity', { ...SECRETS, workloadIdentity: { given: null } }],
])('what is found of a source with %s is told together', (_, source) => {
  const checks = checksFor(aPolicy([], { projects: [{ alias: 'research', id: 'proj_RESEARCH', source }] }));
  const ofSource = checks.filter(({ name }) => name.endsWith(' research'));
  const findings = ofSource.map(({ name: check }) => {
    return { check, state: 'good' as const, message: `${check}.`, mend: null, retryAfterSeconds: null };
  });
  const [titles, ...others] = showFindings(findings, createPaint(false)).split('\n\n');
  expect(titles).toBe(['Source research', ...ofSource.map(({ name }) => `  ✓ ${name}.`)].join('\n'));
  expect(others).toEqual([`Nothing is bad, 0 to know of, ${ofSource.length} good.\n`]);
});
