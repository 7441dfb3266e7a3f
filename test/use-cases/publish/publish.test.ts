import { afterEach, describe, expect, it } from 'vitest';
import { otherEvent } from '../../../lambdas/core/events/checkpoint-event.ts';
import type { PublishedEvent } from '../../../lambdas/core/ports/event-bus.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { publish } from '../../../lambdas/use-cases/publish/publish.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aCheckpoint, aPermission, MODEL, T0 } from '../../builders/checkpoints.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { Killed, Killer } from '../../support/crash.ts';
import { createScene, inAnHour, recordLog, type Scene, TARGETS } from '../scene.ts';
import { recordingBus, toldPermissions } from './publishing.ts';

const A_MINUTE = 60_000;

function depsOn(ledger: Ledger, bus: ReturnType<typeof recordingBus>['bus'], now = () => T0) {
  const { log, lines } = recordLog();
  return { deps: { policy: aPolicy([]), ledger, bus, stack: 'Sharing', now, log }, lines };
}

/** A ledger with so many grants to tell, and one thing in between that is not for the bus. */
async function ledgerWith(grants: number): Promise<Ledger> {
  const ledger = createInMemoryLedger({ actor: 'share', plan: null, now: () => T0 });
  for (let index = 0; index < grants; index++) {
    const before = { ...aCheckpoint(), checkpoint: `${MODEL}:ckpt-step-${index}` };
    const asked = aPermission('proj_A', 'unknown', { askedAt: T0, doubt: null });
    await ledger.saveCheckpoint({ ...before, permissions: { proj_A: asked } }, before);
    const now = { ...before, version: 1, permissions: { proj_A: asked } };
    await ledger.saveCheckpoint({ ...now, permissions: { proj_A: aPermission('proj_A', 'active') } }, now);
  }
  await ledger.addEvent(otherEvent('paused', 'everything', { actor: 'jane', plan: null }, T0, 'request-1'));
  return ledger;
}

const isEmpty = async (ledger: Ledger) => (await ledger.unpublishedEvents(null)).items.length === 0;

describe('publish', () => {
  it('tells each event once, and nothing where there is nothing to tell', async () => {
    const ledger = await ledgerWith(250);
    const { bus, taken } = recordingBus();
    const { deps, lines } = depsOn(ledger, bus);
    await publish(deps, A_MINUTE);
    expect(taken.map(({ type }) => type)).toEqual(Array(250).fill('Checkpoint Shared'));
    expect(new Set(taken.map(({ detail }) => detail.id)).size).toBe(250);
    expect(lines).toMatchObject([{ level: 'info', fields: { published: 250 } }]);
    expect(await isEmpty(ledger)).toBe(true);
    await publish(deps, A_MINUTE);
    expect(taken).toHaveLength(250);
    expect(lines).toHaveLength(1);
  });

  it('begins nothing more when its time is nearly up', async () => {
    const ledger = await ledgerWith(150);
    const { bus, taken } = recordingBus();
    await publish(depsOn(ledger, bus).deps, 20_000);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThan(150);
    await publish(depsOn(ledger, bus).deps, A_MINUTE);
    expect(taken).toHaveLength(150);
  });

  it('keeps what the bus does not take, goes on with the others, fails, and tells it next time', async () => {
    const ledger = await ledgerWith(120);
    const [first] = (await ledger.unpublishedEvents(null)).items.filter(({ changes }) => changes[0]?.act === 'shared');
    const { bus, taken, refused } = recordingBus();
    refused.add(first?.id ?? '');
    const { deps, lines } = depsOn(ledger, bus);
    await expect(publish(deps, A_MINUTE)).rejects.toMatchObject({
      name: 'PublishError',
      message: 'The event bus did not take 1 of 120 events: ThrottlingException: slow',
    });
    expect(taken).toHaveLength(119);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    refused.clear();
    await publish(deps, A_MINUTE);
    expect(taken).toHaveLength(120);
    expect(taken.at(-1)?.detail.ledgerEvent).toBe(first?.id);
    expect(await isEmpty(ledger)).toBe(true);
  });

  it('loses nothing where the bus cannot be asked at all', async () => {
    const ledger = await ledgerWith(3);
    const { bus, taken } = recordingBus();
    const away = { put: () => Promise.reject(new Error('away')) };
    await expect(publish(depsOn(ledger, away).deps, A_MINUTE)).rejects.toThrow('away');
    await publish(depsOn(ledger, bus).deps, A_MINUTE);
    expect(taken).toHaveLength(3);
  });

  it.each(['before', 'after'] as const)(
    'killed %s any of its steps, it loses nothing, and doubles are the same',
    async (moment) => {
      for (let at = 0, struck = true; struck; at++) {
        expect(at).toBeLessThan(50);
        const ledger = await ledgerWith(130);
        const { bus, taken } = recordingBus();
        const killer = new Killer(at, moment);
        await publish(depsOn(killer.watch(ledger), killer.watch(bus)).deps, A_MINUTE).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        struck = killer.struck;
        await publish(depsOn(ledger, bus).deps, A_MINUTE);
        const told = new Map(taken.map(({ detail }) => [detail.id, JSON.stringify(detail)]));
        expect(told.size).toBe(130);
        for (const { detail } of taken) expect(JSON.stringify(detail)).toBe(told.get(detail.id));
        expect(await isEmpty(ledger)).toBe(true);
      }
    },
  );

  it('by two at once, tells everything, and doubles under the same ids', async () => {
    const ledger = await ledgerWith(40);
    const { bus, taken } = recordingBus();
    await Promise.all([publish(depsOn(ledger, bus).deps, A_MINUTE), publish(depsOn(ledger, bus).deps, A_MINUTE)]);
    expect(new Set(taken.map(({ detail }) => detail.id)).size).toBe(40);
  });
});

describe('whoever shares, killed between any two of its steps', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  /** Every permission is told to be shared, in one event by its id, and nothing else is told. */
  async function expectAllTold(taken: readonly PublishedEvent[]): Promise<void> {
    const once = new Map(taken.map((event) => [event.detail.id, event]));
    expect([...once.values()].map(({ type }) => type)).toEqual(['Checkpoint Shared']);
    const told = [...once.values()]
      .flatMap(toldPermissions)
      .map(({ projectId, permissionId }) => [projectId, permissionId]);
    const recorded = await scene.recorded();
    expect(recorded).toHaveLength(TARGETS.length);
    expect(told.sort()).toEqual(recorded.map(({ projectId, permissionId }) => [projectId, permissionId]).sort());
  }

  it.each(['before', 'after'] as const)(
    '%s each step: every permission is told, each once by its id',
    async (moment) => {
      for (let at = 0, struck = true; struck; at++) {
        expect(at).toBeLessThan(100);
        scene = await createScene({ fake: { quirks: { repeatedPost: 'makes-second' } } });
        const { bus, taken } = recordingBus();
        await scene.observe(scene.addJob(1).id);
        const killer = new Killer(at, moment);
        const victim = scene.deps({ ledger: killer.watch(scene.ledger), api: killer.watch(scene.permissionApi()) });
        await drain(victim, 'victim', inAnHour(scene)).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        struck = killer.struck;
        const { deps } = depsOn(scene.ledger, bus, scene.time.now);
        // A publisher that is killed as well, after the bus has taken all and before the ledger knows.
        const second = new Killer(1, 'after');
        await publish({ ...deps, bus: second.watch(bus), ledger: second.watch(scene.ledger) }, A_MINUTE).catch(
          () => undefined,
        );
        for (let minute = 0; minute < 10; minute++) {
          scene.time.advance(A_MINUTE);
          await drain(scene.deps(), `tick-${minute}`, inAnHour(scene));
          await publish(deps, A_MINUTE);
        }
        await expectAllTold(taken);
        await scene.close();
      }
    },
  );
});
