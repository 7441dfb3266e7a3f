import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITY_AUDIENCE, OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { FUNCTIONS } from '../../lib/bundle.ts';
import { rulePacks } from '../../lib/checks.ts';
import { AUDIENCE, createSigner } from '../fake-openai/identity-tokens.ts';
import { ISSUER } from '../shared/web-identity.ts';
import { resolveOnAws } from '../stack/on-aws.ts';
import { functionOf, propertiesOf } from '../stack/reading.ts';
import { policyOf, synthesize } from '../stack/synthesize.ts';
import { isAllowed, type Request } from './evaluate.ts';
import { grantsOf, rolesOf } from './roles.ts';
import { STACK, type StackAtWork, startStack } from './stack-at-work.ts';

const POLICY = `
version: 1
openai: { adminRequestsPerMinute: 600 }
projects:
  research: { id: proj_RESEARCH, source: { workloadIdentity: {} } }
  prod-eu: { id: proj_EU }
rules:
  - { name: all to production, from: research, to: [prod-eu] }
`;
const PROVEN = ['observe', 'reconcile', 'operator', 'keys'] as const;

const { app, template } = synthesize(POLICY);
const roles = rolesOf(template, STACK);
const signer = createSigner();
let stack: StackAtWork;
beforeAll(async () => {
  stack = await startStack(template, policyOf(POLICY));
  stack.fake.quirks.identityVerification = 'none';
  // As the local cloud does: whoever asks is the account itself, and gets the first rule's rights.
  stack.fake.quirks.rootStandsForAnyRole = true;
  stack.fake.addProject({ id: 'proj_EU' });
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'arn:aws:iam::111122223333:root' };
  stack.aws.account.identity = () => signer.sign({ ...claims, exp: Math.floor(Date.now() / 1_000) + 300 });
});
afterAll(() => stack.close());

const denied = () => stack.judged.filter(({ allowed }) => !allowed).map(({ fn, request }) => `${fn} ${request.action}`);
const askedBy = (fn: (typeof FUNCTIONS)[number]) =>
  stack.judged.filter((each) => each.fn === fn).map(({ request }) => request.action);
const minting = (context: Request['context']): Request => ({
  action: 'sts:GetWebIdentityToken',
  resource: '*',
  context,
});

describe('a source without a stored key, with each function under its own role', () => {
  it('is connected, observed, swept and looked at, and nothing is denied', async () => {
    const connected = await stack.keys({ command: 'connect-source', source: 'research' });
    expect(connected).toMatchObject({ keyless: true, changed: true });
    const { id } = stack.fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
    await stack.observe({ source: 'research', jobId: id, webhookAt: Date.now() });
    await stack.share();
    await stack.reconcile();
    const { findings } = await stack.operator({ command: 'doctor', only: ['workload-identity', 'webhook-endpoint'] });
    expect(findings.filter(({ state }) => state !== 'good')).toEqual([]);
    expect(findings.map(({ check }) => check)).toContain('workload-identity research');
    const jobsRead = stack.fake.calls.count({ endpoint: 'jobs.list' });
    expect(jobsRead).toBeGreaterThan(1);
    await stack.keys({ command: 'disconnect-source', source: 'research' });
    expect(denied()).toEqual([]);
  });

  it.each(['observe', 'reconcile'] as const)('%s reads no secret at all, and may read none', (fn) => {
    expect(askedBy(fn)).toContain('sts:GetWebIdentityToken');
    expect(askedBy(fn).filter((action) => action.startsWith('secretsmanager:'))).toEqual([]);
    expect(grantsOf(roles[fn]).filter(({ action }) => action.startsWith('secretsmanager:'))).toEqual([]);
  });

  it('has no secret for a project key', () => {
    const secrets = Object.values(propertiesOf(template, 'AWS::SecretsManager::Secret'));
    expect(secrets.map(({ Description }) => Description)).toEqual([
      expect.stringContaining('admin key'),
      expect.stringContaining('webhook secret'),
    ]);
  });

  it('lets the rules name exactly the roles of the functions', async () => {
    await stack.keys({ command: 'connect-source', source: 'research' });
    const roleArns = PROVEN.map((fn) => {
      const { Role } = functionOf(template, OUTPUT[`${fn}Function`]);
      return resolveOnAws(template, STACK, Role);
    });
    expect(
      stack.fake
        .federationRules()
        .map(({ matchers }) => matchers.sub)
        .toSorted(),
    ).toEqual(roleArns.toSorted());
  });
});

describe('identities', () => {
  const right = { 'sts:IdentityTokenAudience': [IDENTITY_AUDIENCE], 'sts:DurationSeconds': ['300'] };

  it.each(FUNCTIONS)('of %s', (fn) => {
    const may = PROVEN.some((each) => each === fn);
    expect(isAllowed(roles[fn], minting(right))).toBe(may);
    expect(isAllowed(roles[fn], minting({ ...right, 'sts:IdentityTokenAudience': ['https://example.com'] }))).toBe(
      false,
    );
    const both = [IDENTITY_AUDIENCE, 'https://example.com'];
    expect(isAllowed(roles[fn], minting({ ...right, 'sts:IdentityTokenAudience': both }))).toBe(false);
    expect(isAllowed(roles[fn], minting({ ...right, 'sts:DurationSeconds': ['301'] }))).toBe(false);
  });

  it.each(rulePacks())('break no rule of the pack $name without a reason given', (pack) => {
    expect(pack.validateScope(app).violations).toEqual([]);
  });

  it('may be minted by no function where every source has a key', () => {
    const keyed = rolesOf(synthesize(POLICY.replace('{ workloadIdentity: {} }', '{}')).template, STACK);
    for (const fn of FUNCTIONS) expect(isAllowed(keyed[fn], minting(right))).toBe(false);
  });

  it('are every right that comes with them, and all are used', () => {
    const isNew = ({ action, context }: Request) =>
      action.startsWith('sts:') || Object.values(context).some((values) => values.includes('IDENTITY'));
    for (const fn of PROVEN) {
      const used = stack.judged.filter((each) => each.fn === fn).map(({ request }) => request);
      const unused = grantsOf(roles[fn])
        .filter(isNew)
        .filter(
          ({ action, context }) =>
            !used.some(
              (request) =>
                request.action === action &&
                Object.entries(context).every(([key, [value = '']]) => request.context[key]?.includes(value)),
            ),
        );
      expect({ fn, unused }).toEqual({ fn, unused: [] });
    }
  });
});
