import { describe, expect, it } from 'vitest';
import { type Settled, showSettled } from '../../bin/ckpt/plan/wait-text.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import { PERMISSION_STATES } from '../../lambdas/core/model/permission.ts';
import type { ReconcileOrder } from '../../lambdas/core/ports/queue.ts';
import { changeState } from '../../lambdas/use-cases/change.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { NOW } from '../use-cases/operate/ask.ts';
import { runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

/** A stack whose reconcile has nothing to do, and ends as it is told. */
async function idleStack(error: string | null = null) {
  const ledger = createInMemoryLedger();
  const orders: ReconcileOrder[] = [];
  const start = async (order: ReconcileOrder) => {
    orders.push(order);
    await changeState(ledger, 'reconcile', (state) => ({
      ...state,
      startedAt: order.askedAt,
      endedAt: order.askedAt,
      verifiedAllAt: order.verifyAll ? order.askedAt : null,
      error,
    }));
  };
  return { stack: await startStack({ ledger, reconciler: { start } }), orders };
}

describe('ckpt reconcile', () => {
  it('starts a reconcile, and says so', async () => {
    const { stack, orders } = await idleStack();
    await using _ = stack;
    const { code, stdout } = await runCkpt(['reconcile'], { url: stack.url });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Started/);
    const { stdout: json } = await runCkpt(['reconcile', '--json', '--verify'], { url: stack.url });
    expect(JSON.parse(json)).toEqual({
      stack: 'CheckpointSharing',
      region: 'eu-west-1',
      verifyAll: true,
      askedAt: '2026-11-20T12:00:00.000Z',
    });
    expect(orders).toEqual([false, true].map((verifyAll) => ({ verifyAll, askedAt: NOW })));
  });

  it('--wait comes back when nothing is due', async () => {
    const { stack, orders } = await idleStack();
    await using _ = stack;
    const { code, stdout } = await runCkpt(['reconcile', '--wait', '--verify', '--json'], { url: stack.url });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      stack: 'CheckpointSharing',
      askedAt: '2026-11-20T12:00:00.000Z',
      permissions: { active: 0 },
      waitingPlan: null,
    });
    expect(orders).toEqual([{ verifyAll: true, askedAt: NOW }]);
  });

  it('--wait ends with 1 when the reconcile failed', async () => {
    const { stack } = await idleStack('Sources that could not be swept: research.');
    await using _ = stack;
    const { code, stdout, stderr } = await runCkpt(['reconcile', '--wait'], { url: stack.url });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('ckpt: The reconcile failed: Sources that could not be swept: research. The log');
  });

  it('--wait ends with 1 when its time is over', async () => {
    await using stack = await startStack();
    const { code, stdout } = await runCkpt(['reconcile', '--wait', '--timeout=0s', '--json'], { url: stack.url });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({ name: 'NotDoneError' });
  });

  it.each(['10', '10 m', 'm', '-1m', '1.5h', '1d'])('--timeout %j is a mistake', async (timeout) => {
    const { code, stderr } = await runCkpt(['reconcile', '--wait', `--timeout=${timeout}`]);
    expect(code).toBe(1);
    expect(stderr).toContain('A time is a number and s, m or h');
  });
});

describe('what ckpt reconcile --wait found', () => {
  const none = Object.fromEntries(PERMISSION_STATES.map((state) => [state, 0])) as Settled['permissions'];
  const at = '2026-11-20T12:00:00.000Z';
  const paused: Settled['paused'] = { all: null, rules: [], sources: [] };
  const settled: Settled = { at, askedAt: at, seconds: 12, permissions: none, flapping: 0, waitingPlan: null, paused };
  const show = (parts: Partial<Settled>) => showSettled({ ...settled, ...parts }, createPaint(false));

  it('is little where all is well', () => {
    expect(show({})).toBe('Nothing is due, after 12 s. Permissions: none.\n');
    expect(show({ permissions: { ...none, active: 30 } })).toContain('Permissions: 30 active.\n');
  });

  it('names what is left to a person, and what to do', () => {
    const waitingPlan = { id: 'feedc0de', revocations: 6, tracked: 7, since: at, confirmed: false };
    const text = show({ permissions: { ...none, drifted: 2, rejected: 1 }, flapping: 1, waitingPlan });
    expect(text).toContain('1 because they are flapping: see "ckpt list --state drifted", and "ckpt repair"');
    expect(text).toContain('"ckpt list --state rejected" says why');
    expect(text).toContain('revoking 6 of 7 tracked permissions. See "ckpt plan"; "ckpt apply --confirm feedc0de"');
    expect(show({ waitingPlan: { ...waitingPlan, confirmed: true } })).toContain('A plan was confirmed');
    const all = { at, by: 'ann', why: 'the key is being changed' };
    expect(show({ paused: { ...paused, all } })).toContain(
      'Everything is paused since 2026-11-20 12:00:00Z by ann: the key is being changed',
    );
  });
});
