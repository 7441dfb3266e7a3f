import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../lambdas/core/webhook/event.ts';
import {
  HARMLESS_TYPE,
  TEST_EVENT_TYPES,
  testEventBody,
  withChangedByte,
} from '../../../lambdas/core/webhook/test-event.ts';

const bodyOf = (type: (typeof TEST_EVENT_TYPES)[number]) =>
  testEventBody({ id: 'evt_1', type, createdAt: 1_795_000_000, jobId: 'ftjob-1' });

describe('a test event', () => {
  it('has the form in which OpenAI tells of the end of a job', () => {
    expect(JSON.parse(bodyOf('fine_tuning.job.failed'))).toEqual({
      id: 'evt_1',
      object: 'event',
      type: 'fine_tuning.job.failed',
      created_at: 1_795_000_000,
      data: { id: 'ftjob-1' },
    });
  });

  it('of the harmless type asks for nothing; of another one it asks to look at the job', () => {
    for (const type of TEST_EVENT_TYPES) {
      const event = parseEvent(Buffer.from(bodyOf(type)));
      expect(event).toEqual(
        type === HARMLESS_TYPE ? { kind: 'ignored', type } : { kind: 'job', type, jobId: 'ftjob-1' },
      );
    }
  });

  it('is still an event when one of its bytes is changed, of the same length', () => {
    const [body, changed] = [bodyOf(HARMLESS_TYPE), withChangedByte(bodyOf(HARMLESS_TYPE))];
    const differing = [...body].filter((character, index) => character !== changed[index]);
    expect({ differing: differing.length, length: changed.length }).toEqual({ differing: 1, length: body.length });
    expect(parseEvent(Buffer.from(changed)).kind).toBe('ignored');
  });
});
