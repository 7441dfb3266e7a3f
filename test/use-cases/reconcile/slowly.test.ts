import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Want } from '../../../lambdas/core/model/permission.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE } from '../../builders/checkpoints.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { type Hands, handsOn } from '../by-hand/by-hand.ts';
import { createScene, type Scene } from '../scene.ts';

const COUNT = 40;
const NAMES = Array.from({ length: COUNT }, (_, index) => `ft:gpt-4o:org::${index}`);

let scene: Scene;
let hands: Hands;
beforeEach(async () => {
  scene = await createScene();
  hands = handsOn(scene);
  await share(NAMES);
});
afterEach(() => scene.close());

async function share(checkpoints: readonly string[], want: Partial<Want> = {}): Promise<void> {
  for (const checkpoint of checkpoints) {
    const wanted = aWant('proj_EU', { origin: 'pinned', rule: null, ...want });
    const record = { ...aCheckpoint(aPermission('proj_EU', 'active', { want: wanted })), checkpoint, jobId: null };
    await scene.ledger.saveCheckpoint({ ...record, source: null }, record);
  }
}

/** The policy that pins all but the first ones. */
const without = (count: number): Policy => {
  const permissions = NAMES.slice(count).map((checkpoint) => ({ checkpoint, to: ['proj_EU'] }));
  return aPolicy([aRule()], { prune: true, permissions });
};
const sweep = async (policy: Policy, afterMs = 15 * MINUTE) => {
  scene.time.advance(afterMs);
  await scene.time.busy(hands.sweeper.reconcile({ policy }));
};
const letGo = async () => (await scene.recorded()).filter(({ state }) => state === 'revoking').length;
const waiting = () => readState(scene.ledger, 'waitingPlan');

/** A person lets through what waits, which a sweep carries out. */
async function confirm(policy: Policy): Promise<void> {
  await hands.ask({ command: 'confirm', id: (await waiting()).id ?? '' }, { policy });
  await sweep(policy);
}

describe('revocations that come a few a sweep', () => {
  it('wait for a person as soon as a day has seen too many of them', async () => {
    for (let gone = 5; gone < COUNT; gone += 5) await sweep(without(gone));
    expect(await letGo()).toBe(5);
    expect(await waiting()).toMatchObject({ id: expect.any(String), revocations: 30, tracked: COUNT });
    const { guard } = await hands.ask({ command: 'plan' }, { policy: without(35) });
    expect(guard).toMatchObject({ state: 'waiting', revocations: 30, tracked: COUNT, letGoLately: 5 });
  });

  it('wait however few, and go on alone where a person says so', async () => {
    await sweep(without(5));
    await sweep(without(6));
    expect(await letGo()).toBe(6);
    await sweep(without(7));
    expect({ letGo: await letGo(), waiting: await waiting() }).toMatchObject({ letGo: 6, waiting: { revocations: 1 } });
    await confirm(without(7));
    expect({ letGo: await letGo(), waiting: await waiting() }).toMatchObject({ letGo: 7, waiting: { id: null } });
  });

  it('are let through on another day', async () => {
    for (const gone of [5, 10, 15, 20]) {
      await sweep(without(gone), DAY);
      expect(await letGo()).toBe(gone);
    }
  });

  it('and once wait are not let through by waiting, nor by a plan that grows', async () => {
    await sweep(without(5));
    await sweep(without(8));
    for (const gone of [8, 8, 9, 9]) await sweep(without(gone), DAY);
    expect(await letGo()).toBe(5);
    // The policy is mended; what comes later is of another day.
    await sweep(without(5), MINUTE);
    expect(await waiting()).toMatchObject({ id: null });
    await sweep(without(10));
    expect(await letGo()).toBe(10);
  });
});

describe('what does not count with the next revocations', () => {
  it('is what a person has confirmed, at once or in the end', async () => {
    await sweep(without(10));
    expect(await letGo()).toBe(0);
    await confirm(without(10));
    expect(await letGo()).toBe(10);
    await sweep(without(15));
    expect(await letGo()).toBe(15);
  });

  it('is what a person has named though it needed no word', async () => {
    const policy = without(5);
    const { id, guard } = await hands.ask({ command: 'plan' }, { policy });
    await hands.ask({ command: 'apply', planId: id, confirm: guard.id }, { policy });
    await sweep(without(10));
    expect(await letGo()).toBe(10);
  });

  it('is what has expired, which is not held up by others either', async () => {
    const expiring = ['a', 'b', 'c'].map((name) => `ft:gpt-4o:org::${name}`);
    await share(expiring.slice(0, 2), { origin: 'adopted', expiresAt: scene.time.now() + 20 * MINUTE });
    await share(expiring.slice(2), { origin: 'adopted', expiresAt: scene.time.now() + 50 * MINUTE });
    await sweep(without(0));
    expect(await letGo()).toBe(0);
    await sweep(without(0));
    expect(await letGo()).toBe(2);
    await sweep(without(5));
    expect(await letGo()).toBe(7);
    await sweep(without(5));
    expect(await letGo()).toBe(8);
  });
});
