import { beforeEach, describe, expect, it } from 'vitest';
import { RowRefusedError } from '../../../lambdas/core/errors.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { ReconcileOrder } from '../../../lambdas/core/ports/queue.ts';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import type { InMemoryLedger } from '../../in-memory/ledger.ts';
import { aPermission, aRecord, ask, aWant, type Logged, ledgerWith, NOW, operatorDeps } from './ask.ts';

const RULE = aRule({ to: ['proj_US'] });
const prune = aPolicy([RULE], { prune: true, permissions: [{ checkpoint: 'ft:gpt:org::0', to: ['proj_US'] }] });

/** So many checkpoints that nobody wants any more, but for a new project that is pinned to the first. */
function unwanted(count: number): Promise<InMemoryLedger> {
  const permissions = [aPermission('proj_EU', 'active', { permissionId: 'cp_1', want: aWant('proj_EU') })];
  const names = Array.from({ length: count }, (_, index) => `ft:gpt:org::${index}`);
  return ledgerWith(...names.map((checkpoint) => aRecord(permissions, { checkpoint, jobId: null, source: null })));
}

let woken: number;
let orders: ReconcileOrder[];
beforeEach(() => {
  woken = 0;
  orders = [];
});

function depsOf(ledger: Ledger, parts: Partial<OperateDeps> = {}): OperateDeps {
  const waker = { wake: async () => void woken++ };
  const reconciler = { start: async (order: ReconcileOrder) => void orders.push(order) };
  return operatorDeps({ ledger, policy: prune, waker, reconciler, ...parts });
}

const askPlan = (deps: OperateDeps) => ask(deps, { command: 'plan' });

async function refusal(deps: OperateDeps, request: object) {
  const answer = await createOperator(deps)(request, 'request-1');
  if (answer.ok) throw new Error('this was to be refused');
  return answer.error;
}

async function states(ledger: Ledger) {
  const { items } = await ledger.listCheckpoints(null);
  return items.flatMap(({ permissions }) => Object.values(permissions).map(({ state }) => state));
}

describe('apply', () => {
  it('carries out the plan of that id, and wakes the share function', async () => {
    const ledger = await unwanted(2);
    const deps = depsOf(ledger);
    const plan = await askPlan(deps);
    const applied = await ask(deps, { command: 'apply', planId: plan.id, confirm: null });
    expect(applied).toEqual({
      planId: plan.id,
      counts: plan.counts,
      underWay: 0,
      calls: plan.calls,
      checkpoints: 2,
      notWritten: 0,
      unwritten: [],
    });
    expect(await states(ledger)).toEqual(['revoking', 'pending', 'revoking']);
    expect(woken).toBe(1);
    expect((await askPlan(deps)).underWay).toBe(3);
  });

  it('refuses a plan that is not the plan any more', async () => {
    const ledger = await unwanted(2);
    const deps = depsOf(ledger);
    const { id } = await askPlan(deps);
    await ledger.saveCheckpoint(
      aRecord([aPermission('proj_EU', 'active', { want: aWant('proj_EU') })], { checkpoint: 'ft:new', jobId: null }),
      aRecord([]),
    );
    expect(await refusal(deps, { command: 'apply', planId: id, confirm: null })).toEqual({
      name: 'PlanChangedError',
      message: expect.stringContaining('The world has moved on'),
      next: 'Run ckpt plan again.',
    });
    expect(await states(ledger)).toEqual(['active', 'active', 'active']);
  });

  it('refuses the same plan by another policy', async () => {
    const ledger = await unwanted(2);
    const { id } = await askPlan(depsOf(ledger));
    const other = depsOf(ledger, { policy: { ...prune, rules: [aRule({ name: 'another', to: ['proj_US'] })] } });
    expect((await refusal(other, { command: 'apply', planId: id })).name).toBe('PlanChangedError');
  });

  it('that the share function cannot be woken for is done even so', async () => {
    const logged: Logged[] = [];
    const error = new Error('throttled');
    const deps = operatorDeps(
      { ledger: await unwanted(1), policy: prune, waker: { wake: () => Promise.reject(error) } },
      logged,
    );
    const { id } = await askPlan(deps);
    expect(await ask(deps, { command: 'apply', planId: id, confirm: null })).toMatchObject({ notWritten: 0 });
    expect(logged).toEqual([{ message: expect.stringContaining('could not be woken'), fields: { error } }]);
  });

  it('says for how many checkpoints there was no time', async () => {
    const ledger = await unwanted(5);
    let at = NOW;
    const slow = {
      ...ledger,
      saveCheckpoint: (...args: Parameters<Ledger['saveCheckpoint']>) => {
        at += 60_000;
        return ledger.saveCheckpoint(...args);
      },
    };
    const deps = depsOf(slow, { now: () => at });
    const { id } = await askPlan(deps);
    const { checkpoints, notWritten } = await ask(deps, { command: 'apply', planId: id, confirm: null });
    expect(checkpoints).toBe(5);
    expect(notWritten).toBe((await states(ledger)).filter((state) => state === 'active').length);
    expect(notWritten).toBeGreaterThan(0);
  });

  it('names a checkpoint that cannot be written, and writes the others', async () => {
    const ledger = await unwanted(2);
    const [{ checkpoint = '' } = {}] = (await ledger.listCheckpoints(null)).items;
    ledger.refuse(checkpoint, new RowRefusedError(checkpoint, 'it would have too many bytes'));
    const deps = depsOf(ledger);
    const { id } = await askPlan(deps);
    expect(await ask(deps, { command: 'apply', planId: id, confirm: null })).toMatchObject({
      checkpoints: 2,
      notWritten: 1,
      unwritten: [{ row: checkpoint, reason: 'it would have too many bytes' }],
    });
    ledger.refuse(checkpoint, null);
    const again = await askPlan(deps);
    expect(await ask(deps, { command: 'apply', planId: again.id, confirm: null })).toMatchObject({
      checkpoints: 1,
      notWritten: 0,
    });
  });
});

describe('a plan beyond the guard', () => {
  it('is applied only with its own id given', async () => {
    const ledger = await unwanted(6);
    const deps = depsOf(ledger);
    const { id, guard } = await askPlan(deps);
    const apply = { command: 'apply', planId: id } as const;
    expect(await refusal(deps, apply)).toMatchObject({
      message: expect.stringContaining('revokes 6 of 6 tracked permissions'),
      next: `If that is meant, add --confirm ${guard.id}.`,
    });
    expect((await refusal(deps, { ...apply, confirm: 'feedc0de' })).message).toContain('"feedc0de"');
    expect(await states(ledger)).toEqual(['active', 'active', 'active', 'active', 'active', 'active']);

    await ask(deps, { ...apply, confirm: guard.id });
    expect((await states(ledger)).filter((state) => state === 'revoking')).toHaveLength(6);
  });

  it('goes on where it was cut short, without another word, and says whose word it was', async () => {
    const ledger = await unwanted(20);
    let at = NOW;
    const slow = {
      ...ledger,
      saveCheckpoint: (...args: Parameters<Ledger['saveCheckpoint']>) => {
        at += 60_000;
        return ledger.saveCheckpoint(...args);
      },
    };
    const deps = depsOf(slow, { now: () => at });
    const { id, guard } = await askPlan(deps);
    const { notWritten } = await ask(deps, { command: 'apply', planId: id, confirm: guard.id });
    expect(notWritten).toBeGreaterThan(5);
    const { items } = await ledger.listEvents({ checkpoint: null, cursor: null, limit: 100 });
    expect(items.filter(({ act }) => act === 'confirmed')).toMatchObject([
      { note: expect.stringContaining(guard.id ?? '') },
    ]);

    const rest = await askPlan(depsOf(ledger));
    expect(rest.guard).toMatchObject({ state: 'confirmed', revocations: notWritten });
    await ask(depsOf(ledger), { command: 'apply', planId: rest.id, confirm: null });
    expect(await states(ledger)).not.toContain('active');
    expect(await readState(ledger, 'waitingPlan')).toMatchObject({ confirmedId: null, ended: { why: 'used-up' } });
  });

  it('waits no more when it has been applied', async () => {
    const ledger = await unwanted(6);
    const deps = depsOf(ledger);
    const { id, guard } = await askPlan(deps);
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, id: guard.id, revocations: 6, tracked: 6 }));
    await ask(deps, { command: 'apply', planId: id, confirm: guard.id });
    expect(await readState(ledger, 'waitingPlan')).toMatchObject({ id: null, confirmedId: null });
  });

  it('is not applied on a word for what was carried out before', async () => {
    const ledger = await unwanted(6);
    const deps = depsOf(ledger);
    const { id, guard } = await askPlan(deps);
    await ask(deps, { command: 'apply', planId: id, confirm: guard.id });
    for (const record of (await ledger.listCheckpoints(null)).items) {
      const again = (await unwanted(6)).getCheckpoint(record.checkpoint);
      await ledger.saveCheckpoint({ ...record, permissions: (await again)?.permissions ?? {} }, record);
    }
    const { message } = await refusal(deps, { command: 'apply', planId: (await askPlan(deps)).id, confirm: null });
    expect(message).toContain(
      `What was confirmed as ${guard.id} was carried out: a confirmation is for one plan, once`,
    );
  });

  it('is not confirmed by the way where there is nothing to confirm', async () => {
    const deps = depsOf(await ledgerWith());
    const { id } = await askPlan(deps);
    expect((await refusal(deps, { command: 'apply', planId: id, confirm: 'feedc0de' })).message).toContain(
      'revokes nothing',
    );
  });
});

describe('confirm', () => {
  it('lets the waiting plan through, and starts a reconcile', async () => {
    const ledger = await unwanted(6);
    const deps = depsOf(ledger);
    const { guard } = await askPlan(deps);
    const id = guard.id ?? '';
    expect(await ask(deps, { command: 'confirm', id })).toEqual({ id, revocations: 6, tracked: 6 });
    expect(await readState(ledger, 'waitingPlan')).toMatchObject({ id, confirmedId: id, revocations: 6, since: NOW });
    expect(orders).toEqual([{ verifyAll: false, askedAt: NOW }]);
    expect((await askPlan(deps)).guard.state).toBe('confirmed');
    expect((await ask(deps, { command: 'status' })).waitingPlan).toMatchObject({ id, confirmed: true });
  });

  it('keeps since when it waits', async () => {
    const ledger = await unwanted(6);
    const deps = depsOf(ledger);
    const { guard } = await askPlan(deps);
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, id: guard.id, since: NOW - 5_000 }));
    await ask(deps, { command: 'confirm', id: guard.id ?? '' });
    expect((await readState(ledger, 'waitingPlan')).since).toBe(NOW - 5_000);
  });

  it('says what became of a plan that was confirmed before', async () => {
    const ledger = await unwanted(6);
    const deps = depsOf(ledger);
    const plan = await askPlan(deps);
    const id = plan.guard.id ?? '';
    await ask(deps, { command: 'confirm', id });
    const more = aRecord([aPermission('proj_EU', 'active', { want: aWant('proj_EU') })], {
      checkpoint: 'ft:new',
      jobId: null,
    });
    await ledger.saveCheckpoint(more, { ...more, permissions: {} });
    expect((await refusal(deps, { command: 'confirm', id })).message).toContain(
      `has grown by 1 since ${id} was confirmed`,
    );

    const { guard, id: planId } = await askPlan(deps);
    await ask(deps, { command: 'apply', planId, confirm: guard.id });
    expect((await refusal(deps, { command: 'confirm', id })).message).toMatch(/No plan waits.*was carried out/);
  });

  it.each([
    [5, 'No plan waits for confirmation, under "feedc0de" or another id.'],
    [6, 'The plan that waits for confirmation is '],
  ])('of another id, with %i to be revoked, is refused', async (count, message) => {
    const ledger = await unwanted(count);
    const deps = depsOf(ledger);
    expect((await refusal(deps, { command: 'confirm', id: 'feedc0de' })).message).toContain(message);
    expect(orders).toEqual([]);
    expect((await readState(ledger, 'waitingPlan')).confirmedId).toBeNull();
  });
});
