import { describe, expect, it } from 'vitest';
import { endWalk, refuseWalk, unread, walkOf, walkOn } from '../../../lambdas/core/audit/window.ts';
import type { AuditState } from '../../../lambdas/core/model/system-state.ts';
import { DAY, MINUTE, SECOND, T0 } from '../../builders/checkpoints.ts';
import { created, deleted } from './events.ts';
import { NEVER_READ, type ReadOptions, readLog } from './reading-log.ts';

const HOUR = 60 * MINUTE;
const many = (count: number, at: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => created('proj_EU', `cp_${index}`, at(index)));
const read = (state: AuditState, log: ReadOptions['log'], now: number) => readLog(state, { log, now });

describe('where a read begins', () => {
  it('the first goes back a day', () => {
    expect(walkOf(NEVER_READ, T0)).toEqual({ from: T0 - DAY, after: null, newest: [], againFrom: null });
  });

  it('the next begins an hour before the newest event, whenever it is', () => {
    const { state } = read(
      NEVER_READ,
      [created('proj_EU', 'cp_1', T0), created('proj_EU', 'cp_2', T0 + MINUTE)],
      T0 + HOUR,
    );
    expect(state).toMatchObject({ readTo: T0 + MINUTE, readFrom: T0 + MINUTE - HOUR, readAt: T0 + HOUR, access: 'on' });
    expect(walkOf(state, T0 + 10 * HOUR).from).toBe(T0 + MINUTE - HOUR);
  });

  it('after a long pause it goes back a day', () => {
    const { state } = read(NEVER_READ, [created('proj_EU', 'cp_1', T0)], T0 + MINUTE);
    expect(walkOf(state, T0 + 30 * DAY).from).toBe(T0 + 29 * DAY);
  });

  it('with nothing to read it stays where it was', () => {
    const first = read(NEVER_READ, [], T0).state;
    expect(first).toMatchObject({ readTo: null, readFrom: T0 - DAY, seen: [] });
    expect(read(first, [], T0 + MINUTE).state).toMatchObject({ readTo: null, readFrom: T0 - DAY + MINUTE });
  });

  it('after a burst it leaves out what would be more than 50 events, in whole seconds', () => {
    const log = many(80, (index) => T0 + Math.floor(index / 20) * SECOND);
    const { state } = read(NEVER_READ, log, T0 + HOUR);
    expect(state.readFrom).toBe(T0 + 2 * SECOND);
    expect(state.seen).toHaveLength(40);
    const next = read(state, log, T0 + 2 * HOUR);
    expect(next.listed).toBe(40);
    expect(next.delivered).toEqual([]);
    expect(next.state).toMatchObject({ readFrom: T0 + 2 * SECOND });
  });

  it('after a burst within one second it begins with the second after', () => {
    const log = many(5_000, () => T0);
    const { state } = read(NEVER_READ, log, T0 + HOUR);
    expect(state).toMatchObject({ readFrom: T0 + SECOND, seen: [], readTo: T0 });
    expect(read(state, log, T0 + 2 * HOUR)).toMatchObject({ listed: 0, state: { readFrom: T0 + SECOND, readTo: T0 } });
  });

  it('an event of the future keeps nothing from being read', () => {
    const log = [created('proj_EU', 'cp_1', T0 + 100 * DAY)];
    const { state } = read(NEVER_READ, log, T0);
    expect(walkOf(state, T0 + MINUTE).from).toBeLessThanOrEqual(T0);
  });
});

describe('a deletion of the last two minutes', () => {
  it('is read once more, and then no more', () => {
    const log = [...many(70, () => T0 + 90 * SECOND), deleted('proj_EU', 'cp_gone', T0)];
    const first = read(NEVER_READ, log, T0 + 119 * SECOND);
    expect(first.state).toMatchObject({ readFrom: T0 });
    const second = read(first.state, log, T0 + 15 * MINUTE);
    expect(second.delivered.map(({ kind }) => kind)).toContain('permission-deleted');
    expect(read(second.state, log, T0 + 30 * MINUTE).delivered).toEqual([]);
  });
});

describe('events', () => {
  it('come each once and in order, what begins before what ends', () => {
    const [first, second, third] = [
      created('proj_EU', 'cp_1'),
      deleted('proj_EU', 'cp_1'),
      created('proj_US', 'cp_2', T0 + 1),
    ];
    const state = { ...NEVER_READ, seen: ['audit_log-seen'] };
    const seen = { ...created('proj_EU', 'cp_0'), id: 'audit_log-seen' };
    expect(unread(state, [third, second, seen, first, second])).toEqual([first, second, third]);
  });
});

describe('an audit log that cannot be read', () => {
  it('is off; how far it was read is remembered', () => {
    const walk = walkOn(walkOf(NEVER_READ, T0), [created('proj_EU', 'cp_1')], 'audit_log-1', T0);
    const state = refuseWalk({ ...endWalk(NEVER_READ, walk, T0), walk, dueAt: T0 }, 'not enabled', T0 + MINUTE);
    expect(state).toMatchObject({
      dueAt: null,
      walk: null,
      access: 'off',
      refusal: 'not enabled',
      readAt: T0 + MINUTE,
    });
    expect(state.readTo).toBe(T0);
  });
});
