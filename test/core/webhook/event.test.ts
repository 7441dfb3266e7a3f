import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../lambdas/core/webhook/event.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const event = (fields: object) =>
  bytes(JSON.stringify({ id: 'evt_1', type: 'fine_tuning.job.succeeded', data: { id: 'ftjob-1' }, ...fields }));

describe('parseEvent', () => {
  it.each(['succeeded', 'failed', 'cancelled'])('reads the job of fine_tuning.job.%s', (end) => {
    const type = `fine_tuning.job.${end}`;
    const body = event({ object: 'event', created_at: 1, type, data: { id: 'ftjob-aB3_x-9' }, extra: [1] });
    expect(parseEvent(body)).toEqual({ kind: 'job', jobId: 'ftjob-aB3_x-9', type });
  });

  it("reads OpenAI's own sample event, whose job there is not", () => {
    const type = 'fine_tuning.job.succeeded';
    expect(parseEvent(event({ data: { id: 'ftjob_abc123' } }))).toEqual({ kind: 'job', jobId: 'ftjob_abc123', type });
  });

  it.each([
    'response.completed',
    'fine_tuning.job.paused',
    'fine_tuning.job.succeeded.v2',
    'xfine_tuning.job.failed',
    '…',
  ])('ignores the type %s, whatever its data', (type) => {
    expect(parseEvent(event({ type, data: { id: 42 } }))).toEqual({ kind: 'ignored', type });
  });

  it.each([
    ['nothing', bytes('')],
    ['no JSON', bytes('{"id":')],
    ['text after the JSON', bytes('{} {}')],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), event({})])],
    ['bytes that are not UTF-8', Buffer.concat([bytes('{"id":"'), Buffer.from([0xff]), bytes('"}')])],
    ['null', bytes('null')],
    ['an array', bytes('[{"id":"evt_1"}]')],
    ['a string', bytes('"evt_1"')],
    ['no id', event({ id: undefined })],
    ['an id that is no string', event({ id: 1 })],
    ['an empty id', event({ id: '' })],
    ['no type', event({ type: undefined })],
    ['a type that is no string', event({ type: ['fine_tuning.job.succeeded'] })],
    ['no data', event({ data: undefined })],
    ['null for data', event({ data: null })],
    ['an array for data', event({ data: ['ftjob-1'] })],
    ['no job id', event({ data: {} })],
    ['a job id that is no string', event({ data: { id: { toString: 'ftjob-1' } } })],
    ["another thing's id", event({ data: { id: 'resp_1' } })],
    ['a job id without its mark', event({ data: { id: 'ftjobabc123' } })],
    ['a job id of two lines', event({ data: { id: 'evt\nftjob_abc123' } })],
    ['a path for a job id', event({ data: { id: 'ftjob-1/../../organization' } })],
    ['a path for a job id, with the other mark', event({ data: { id: 'ftjob_../organization' } })],
    ['a job id with a line feed', event({ data: { id: 'ftjob-1\n' } })],
    ['a job id without end', event({ data: { id: `ftjob-${'x'.repeat(129)}` } })],
  ])('calls %s invalid', (_, body) => {
    expect(parseEvent(body)).toMatchObject({ kind: 'invalid', message: expect.stringMatching(/^The body /) });
  });

  it('takes no field from a key named __proto__, and changes no prototype', () => {
    const lent = '{"__proto__":{"id":"evt_1","type":"fine_tuning.job.failed","data":{"id":"ftjob-1"}}}';
    expect(parseEvent(bytes(lent))).toMatchObject({ kind: 'invalid' });
    const lentData = '{"id":"evt_1","type":"fine_tuning.job.failed","data":{"__proto__":{"id":"ftjob-1"}}}';
    expect(parseEvent(bytes(lentData))).toMatchObject({ kind: 'invalid' });
    expect(Object.hasOwn(Object.prototype, 'id')).toBe(false);
  });

  it('takes the last of a key that is given twice', () => {
    const body =
      '{"id":"evt_1","type":"response.completed","type":"fine_tuning.job.failed","data":{"id":"x","id":"ftjob-2"}}';
    expect(parseEvent(bytes(body))).toEqual({ kind: 'job', jobId: 'ftjob-2', type: 'fine_tuning.job.failed' });
  });

  it('answers on anything and throws on nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (body) => {
        expect(['job', 'ignored', 'invalid']).toContain(parseEvent(body).kind);
      }),
    );
  });
});
