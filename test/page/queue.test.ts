import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../lambdas/core/pacing/endpoints.ts';
import type { EndpointStatus } from '../../lambdas/shared/contract/operator.ts';
import { placesOf } from '../../page/model/matrix.ts';
import { forecast, nameOfEndpoint, waitingIn, windowAt } from '../../page/model/queue.ts';
import { aLedger, aListed, FINAL, STEP } from './rows.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const iso = (ms: number) => new Date(NOW + ms).toISOString();

function anEndpoint(parts: Partial<EndpointStatus> = {}): EndpointStatus {
  const callsAt = parts.callsAt ?? [];
  return {
    endpoint: 'checkpoint-permissions.create',
    limit: 3,
    configuredLimit: 3,
    windowSeconds: 60,
    callsInWindow: callsAt.length,
    nextCallAt: iso(0),
    holdReason: null,
    ...parts,
    callsAt,
  };
}

describe('a window of the pacer', () => {
  const endpoint = anEndpoint({ callsAt: [iso(-45_000), iso(-15_000)], nextCallAt: iso(20_000) });

  it('empties by itself after it was read', () => {
    expect(windowAt(endpoint, NOW)).toEqual({ limit: 3, ages: [0.75, 0.25], waitMs: 20_000 });
    expect(windowAt(endpoint, NOW + 15_000)).toEqual({ limit: 3, ages: [0.5], waitMs: 5_000 });
    expect(windowAt(endpoint, NOW + 60_000)).toEqual({ limit: 3, ages: [], waitMs: 0 });
  });

  it('has no call that is younger than now, should the clocks differ', () => {
    expect(windowAt(endpoint, NOW - 40_000).ages).toEqual([5 / 60, 0]);
  });

  it('of every endpoint is called something', () => {
    const names = ENDPOINTS.map(nameOfEndpoint);
    expect(new Set(names).size).toBe(ENDPOINTS.length);
    for (const endpoint of ENDPOINTS) expect(names).not.toContain(endpoint);
    expect(nameOfEndpoint('something.new')).toBe('something.new');
  });
});

describe('when the next calls may go', () => {
  const seconds = (parts: Partial<EndpointStatus>, count: number) =>
    forecast(anEndpoint(parts), NOW, count).map((at) => (at - NOW) / 1_000);

  it('is at once while there is room, and when those before age out after that', () => {
    expect(seconds({}, 4)).toEqual([0, 0, 0, 60]);
    expect(seconds({ callsAt: [iso(-50_000), iso(-10_000)] }, 3)).toEqual([0, 10, 50]);
  });

  it('is never in more than the limit within a minute', () => {
    const starts = seconds({ callsAt: [iso(-30_000)], nextCallAt: iso(5_000) }, 20);
    const all = [-30, ...starts];
    for (let index = 3; index < all.length; index++) {
      expect((all[index] ?? 0) - (all[index - 3] ?? 0)).toBeGreaterThanOrEqual(60);
    }
  });

  it('is not before what holds the endpoint is over', () => {
    expect(seconds({ nextCallAt: iso(30_000) }, 2)).toEqual([30, 30]);
  });

  it('is nothing where nothing waits', () => {
    expect(forecast(anEndpoint({ callsAt: [iso(-1)] }), NOW, 0)).toEqual([]);
  });
});

describe('what waits', () => {
  it('is listed by lane in the order of the queue, with the projects that the call is about', () => {
    const listed = [
      aListed({ state: 'pending' }),
      aListed({ state: 'active', projectId: 'proj_US', project: 'prod-us' }),
      aListed({ checkpoint: STEP, state: 'pending' }),
      aListed({ checkpoint: 'ft:m:o:old:1', state: 'revoking' }),
      aListed({ checkpoint: 'ft:m:o:well:1' }),
    ];
    const due = [
      { checkpoint: FINAL, lane: 'create', priority: 'retry', at: iso(0) },
      { checkpoint: STEP, lane: 'create', priority: 'fresh', at: iso(0) },
      { checkpoint: 'ft:m:o:old:1', lane: 'delete', priority: 'fresh', at: iso(0) },
    ] as const;
    const { rows } = aLedger(listed, { due });
    const waiting = waitingIn(rows.values(), placesOf(rows.values()));
    expect(waiting.create).toMatchObject([
      { place: 1, checkpoint: STEP, projects: ['prod-eu'] },
      { place: 2, checkpoint: FINAL, projects: ['prod-eu'] },
    ]);
    expect(waiting.list).toEqual([]);
    expect(waiting.delete).toMatchObject([{ place: 1, checkpoint: 'ft:m:o:old:1' }]);
  });
});
