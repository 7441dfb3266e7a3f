import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointEvent, otherEvent } from '../../../lambdas/core/events/checkpoint-event.ts';
import { aCheckpoint, aPermission, DAY, MODEL, T0 } from '../../builders/checkpoints.ts';

const JANE = { actor: 'arn:aws:iam::123456789012:user/jane', plan: null };
const BEFORE = aCheckpoint();
const AFTER = aCheckpoint(aPermission('proj_A', 'pending'));

describe('the event of a write to a checkpoint', () => {
  it('tells who did what to which permission, when, by which plan, of which job', () => {
    expect(checkpointEvent(AFTER, BEFORE, { ...JANE, plan: 'a1b2' }, T0)).toEqual({
      id: `2026-11-20T12:00:00.000Z#${MODEL}#000000001`,
      at: T0,
      actor: JANE.actor,
      plan: 'a1b2',
      act: null,
      note: null,
      checkpoint: MODEL,
      jobId: 'ftjob-1',
      source: 'research',
      changes: [
        {
          act: 'wanted',
          projectId: 'proj_A',
          permissionId: null,
          duplicateIds: [],
          from: null,
          to: 'pending',
          rule: 'everything',
          origin: 'policy',
          reason: null,
        },
      ],
    });
  });

  it('is none for a write that does nothing worth telling', () => {
    expect(checkpointEvent({ ...AFTER, verifyAt: T0 }, AFTER, JANE, T0)).toBeUndefined();
    expect(checkpointEvent(AFTER, AFTER, JANE, T0)).toBeUndefined();
  });

  it('has none of what an author brings with it', () => {
    const author = { ...JANE, now: () => T0 };
    expect(Object.keys(checkpointEvent(AFTER, BEFORE, author, T0) ?? {})).not.toContain('now');
  });
});

describe('the ids of events', () => {
  const time = fc.integer({ min: T0, max: T0 + 400 * DAY });
  const version = fc.integer({ min: 0, max: 20_000 });
  const idAt = (now: number, at: number, checkpoint = MODEL) =>
    checkpointEvent({ ...AFTER, checkpoint }, { ...BEFORE, checkpoint, version: at }, JANE, now)?.id ?? '';

  it('sort by time, whatever they are about', () => {
    fc.assert(
      fc.property(time, time, version, version, fc.string(), (a, b, va, vb, unique) => {
        fc.pre(a < b);
        expect(idAt(a, va) < idAt(b, vb)).toBe(true);
        expect(otherEvent('paused', null, JANE, a, unique).id < idAt(b, vb)).toBe(true);
        expect(idAt(a, va) < otherEvent('paused', null, JANE, b, unique).id).toBe(true);
      }),
    );
  });

  it('of one checkpoint and one millisecond sort by the order of its writes', () => {
    fc.assert(
      fc.property(time, version, version, (now, a, b) => {
        fc.pre(a < b);
        expect(idAt(now, a) < idAt(now, b)).toBe(true);
      }),
    );
  });

  it('are each its event’s alone: by time, checkpoint and write, or by request', () => {
    const ids = [
      idAt(T0, 1),
      idAt(T0, 2),
      idAt(T0 + 1, 1),
      idAt(T0, 1, `${MODEL}:ckpt-step-1`),
      otherEvent('paused', null, JANE, T0, 'request-1').id,
      otherEvent('paused', null, JANE, T0, 'request-2').id,
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an event that is about no permission', () => {
  it('may name a job and its source', () => {
    const job = { jobId: 'ftjob-1', source: 'research' };
    const event = otherEvent('job-forgotten', 'a test', JANE, T0, 'request-1', job);
    expect(event).toEqual({
      id: '2026-11-20T12:00:00.000Z#request-1',
      at: T0,
      ...JANE,
      act: 'job-forgotten',
      note: 'a test',
      checkpoint: null,
      ...job,
      changes: [],
    });
    expect(otherEvent('paused', null, JANE, T0, 'request-1')).toMatchObject({ jobId: null, source: null });
  });
});
