import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesGlob } from '../../lambdas/core/policy/glob.ts';
import type { OperatorRequest } from '../../lambdas/shared/contract/operator.ts';
import { FUNCTIONS, type FunctionName } from '../../lib/bundle.ts';
import { policyOf, synthesize } from '../stack/synthesize.ts';
import { isAllowed, type Request } from './evaluate.ts';
import { KEYS } from './keys-commands.ts';
import { requestsOfLambda } from './lambda-service.ts';
import { COMMANDS, type Things } from './operator-commands.ts';
import { grantsOf } from './roles.ts';
import { STACK, type StackAtWork, startStack } from './stack-at-work.ts';

const POLICY = `
version: 1
openai: { adminRequestsPerMinute: 600 }
projects:
  research: { id: proj_RESEARCH, source: {} }
  prod-eu: { id: proj_EU }
  prod-us: { id: proj_US }
  new: { id: proj_NEW }
  mistyped: { id: proj_MISTYPED }
rules:
  - { name: all to production, from: research, to: [prod-eu, prod-us, new, mistyped] }
prune: true
`;
const [rule] = policyOf(POLICY).rules;
const sharedWith = (...to: readonly string[]) => ({ rules: rule === undefined ? [] : [{ ...rule, to }] });
const NARROWER = sharedWith('proj_US');
const WIDER = sharedWith('proj_EU', 'proj_US', 'proj_NEW', 'proj_MISTYPED', 'proj_LATER');

const { template } = synthesize(POLICY);
let stack: StackAtWork;
let jobs: Things['jobs'];
beforeAll(async () => {
  stack = await startStack(template, policyOf(POLICY));
  const { fake } = stack;
  for (const id of ['proj_EU', 'proj_US']) fake.addProject({ id });
  jobs = [1, 2, 3].map(() => fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 }));
});
afterAll(() => stack.close());

const third = () => jobs[2]?.finalModel ?? '';

/** What was denied meanwhile, each once. */
async function deniedIn(work: () => Promise<unknown>): Promise<readonly string[]> {
  const from = stack.judged.length;
  await work();
  const denied = stack.judged.slice(from).filter(({ allowed }) => !allowed);
  return [...new Set(denied.map(({ request }) => described(request)))];
}

function described({ action, resource, context }: Request): string {
  return `${action} on ${resource}${Object.values(context).map((keys) => `[${keys.join()}]`)}`;
}

describe('in the life of a stack, no function is denied what it comes to need', () => {
  it('webhook: an event of OpenAI', async () => {
    const [first] = jobs;
    expect(
      await deniedIn(async () => expect(await stack.webhook(first?.id ?? '')).toMatchObject({ status: 200 })),
    ).toEqual([]);
  });

  it('observe: jobs that have ended, and one that OpenAI does not have', async () => {
    const told = [...jobs.map(({ id }) => id), 'ftjob-unheardOf'];
    const requests = told.map((jobId) => ({ source: 'research', jobId, webhookAt: Date.now() }));
    expect(await deniedIn(() => stack.observe(...requests))).toEqual([]);
  });

  it('observe: a job of which OpenAI tells more some minutes later', async () => {
    stack.fake.quirks.modelLagMs = 60_000;
    const { id } = stack.fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
    await stack.observe({ source: 'research', jobId: id, webhookAt: Date.now() });
    stack.pass(6 * 60_000);
    const before = stack.fake.calls.count({ endpoint: 'jobs.get' });
    expect(await deniedIn(() => stack.lookAgain())).toEqual([]);
    expect(stack.fake.calls.count({ endpoint: 'jobs.get' })).toBe(before + 1);
    stack.fake.quirks.modelLagMs = 0;
  });

  it('share: checkpoints that are due, and a project that OpenAI does not take', async () => {
    expect(await deniedIn(() => stack.share())).toEqual([]);
    for (const { finalModel } of jobs) expect(stack.fake.permissions(finalModel)).toHaveLength(2);
  });

  it('share: a project that OpenAI takes again', async () => {
    stack.fake.addProject({ id: 'proj_NEW' });
    stack.pass(25 * 60 * 60_000);
    expect(await deniedIn(() => stack.share())).toEqual([]);
    for (const { finalModel } of jobs) expect(stack.fake.permissions(finalModel)).toHaveLength(3);
  });

  it('reconcile: every source, the models, and checkpoints that somebody else writes at the same time', async () => {
    stack.aws.account.losing = 1;
    expect(await deniedIn(() => stack.reconcile(WIDER))).toEqual([]);
    expect(stack.aws.account.losing).toBe(0);
  });

  it('reconcile: what has changed since, and models that nobody has asked for', async () => {
    await stack.reconcile();
    await stack.share();
    expect(await deniedIn(() => stack.reconcile())).toEqual([]);
  });

  it('reconcile: what is paused no more', async () => {
    const rules = { rules: [rule?.name ?? ''], sources: [] };
    const { id } = stack.fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
    await stack.operator({ command: 'pause', ...rules, why: null });
    await stack.observe({ source: 'research', jobId: id, webhookAt: Date.now() });
    await stack.share();
    await stack.operator({ command: 'resume', ...rules });
    expect(await deniedIn(() => stack.reconcile())).toEqual([]);
    await stack.share();
  });

  it('share: what the audit log tells', async () => {
    const [gone] = stack.fake.permissions(third());
    stack.fake.revoke(third(), gone?.id ?? '');
    stack.fake.archiveProject('proj_NEW');
    stack.fake.revokeKey(stack.fake.addAdminKey().value);
    await stack.reconcile();
    expect(await deniedIn(() => stack.share())).toEqual([]);
  });

  it('reconcile: a plan that waits for a person', async () => {
    stack.fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
    expect(await deniedIn(() => stack.reconcile(NARROWER))).toEqual([]);
  });

  it('reconcile: a ledger that is too large to be looked at at once', async () => {
    await stack.grow();
    expect(await deniedIn(() => stack.reconcile(NARROWER))).toEqual([]);
  });

  it.each(Object.entries(COMMANDS))('operator: %s', async (_, run) => {
    expect(await deniedIn(() => run({ stack, jobs, narrower: NARROWER }))).toEqual([]);
  });

  it.each(Object.entries(KEYS))('keys: %s', async (_, run) => {
    expect(await deniedIn(() => run(stack))).toEqual([]);
  });

  it('keys: what was made without an answer', async () => {
    stack.fake.faults.queue('admin_keys.create', 'reset-after');
    stack.fake.faults.queue('admin_keys.list', 'none', 'reset-before');
    await expect(
      stack.keys({ command: 'create-admin-key', name: 'lost', expiresInSeconds: null, secret: null }),
    ).rejects.toThrow();
    const names = () => stack.fake.keysOf(null).map(({ name }) => name);
    expect(names()).toContain('lost');
    stack.pass(20 * 60_000);
    expect(await deniedIn(() => stack.tickKeys())).toEqual([]);
    expect(names()).not.toContain('lost');
  });

  it('keys: what rotations have left', async () => {
    const left = {
      version: 0,
      kind: 'admin',
      projectId: null,
      serviceAccountId: null,
      scopes: null,
      sameName: [],
    } as const;
    const { secretId, keyId } = { secretId: stack.adminKeySecret, keyId: stack.fake.addAdminKey().id };
    const ledger = await stack.keyLedger();
    await ledger.saveKey({
      ...{ ...left, id: 'rotated', name: 'rotated', secretId, secretVersion: 'v1', state: 'made', keyId, notedAt: 0 },
      ...{ expiresAt: null, deleteAt: null, by: 'rotation' },
    });
    expect(await deniedIn(() => stack.tickKeys())).toEqual([]);
  });

  it('publish: all that was done meanwhile', async () => {
    expect(await deniedIn(() => stack.publish())).toEqual([]);
    const types = stack.aws.account.published.map(({ DetailType }) => DetailType);
    expect(types).toEqual(expect.arrayContaining(['Checkpoint Shared', 'Permission Drifted', 'Share Rejected']));
    const told = types.length;
    await stack.publish();
    expect(stack.aws.account.published).toHaveLength(told);
  });

  it.each(FUNCTIONS)('%s: what Lambda does in its name', (fn) => {
    const requests = requestsOfLambda(template, STACK, fn);
    expect(requests.filter((request) => !isAllowed(stack.roles[fn], request)).map(described)).toEqual([]);
  });
});

describe('who may share cannot make keys', () => {
  it('only the keys function may write a secret, or make one', () => {
    const writing = /^secretsmanager:(?!GetSecretValue$)/i;
    const writers = FUNCTIONS.filter((fn) => grantsOf(stack.roles[fn]).some(({ action }) => writing.test(action)));
    expect(writers).toEqual(['keys']);
  });

  it.each(Object.keys(KEYS))('the operator function does not know the command %s', async (command) => {
    await expect(stack.operator({ command } as OperatorRequest)).rejects.toThrow(/command/);
  });
});

describe('in that life every right comes to be used', () => {
  it.each(FUNCTIONS)('%s', (fn) => {
    const used = [...requestsOfLambda(template, STACK, fn), ...allowedTo(fn)];
    const unused = grantsOf(stack.roles[fn]).filter((grant) => !used.some((request) => isBy(grant, request)));
    expect(unused.map(described)).toEqual([]);
  });
});

function allowedTo(fn: FunctionName): readonly Request[] {
  return stack.judged.filter((each) => each.allowed && each.fn === fn).map(({ request }) => request);
}

function isBy(grant: Request, { action, resource, context }: Request): boolean {
  if (grant.action !== action || !matchesGlob(grant.resource, resource)) return false;
  return Object.entries(grant.context).every(([key, [value = '']]) => context[key]?.includes(value));
}
