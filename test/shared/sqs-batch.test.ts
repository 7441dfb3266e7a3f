import { describe, expect, it } from 'vitest';
import { done, type Outcome, retry } from '../../lambdas/core/model/outcome.ts';
import { type BatchDeps, runBatch } from '../../lambdas/shared/runtime/sqs-batch.ts';
import { recordLog } from '../use-cases/scene.ts';
import { failuresIn, sqsEvent, sqsRecord } from './sqs-events.ts';

type Message = { readonly jobId: string };

/** Runs a batch of messages; the jobs name what becomes of them. */
async function run(
  outcomes: Readonly<Record<string, Outcome | Error>>,
  records: readonly (readonly [jobId: string, attempt: number])[],
  parts: Partial<BatchDeps<Message>> & { readonly remainingMs?: () => number } = {},
) {
  const { log, lines } = recordLog();
  const handled: [string, number][] = [];
  const postponed: [string, number][] = [];
  const { remainingMs = () => 60_000, ...deps } = parts;
  const answer = await runBatch<Message>(
    sqsEvent(...records.map(([jobId, attempt]) => sqsRecord(`m-${jobId}`, { jobId }, attempt))),
    {
      parse: (body) => JSON.parse(body),
      handle: async ({ jobId }, attempt) => {
        handled.push([jobId, attempt]);
        const outcome = outcomes[jobId] ?? done;
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      handleMs: 10_000,
      postpone: async (receiptHandle, seconds) => void postponed.push([receiptHandle, seconds]),
      log,
      ...deps,
    },
    remainingMs,
  );
  return { failed: failuresIn(answer), handled, postponed, lines };
}

describe('a batch', () => {
  it('names exactly the messages that are to come back', async () => {
    const outcomes = { b: retry(30, 'later'), c: new Error('never'), d: new Error('broken') };
    const { failed, handled } = await run(outcomes, [
      ['a', 1],
      ['b', 1],
      ['c', 2],
      ['d', 3],
      ['e', 1],
    ]);
    expect(failed).toEqual(['m-b', 'm-c', 'm-d']);
    expect(handled).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 2],
      ['d', 3],
      ['e', 1],
    ]);
  });

  it('that is done names none and logs nothing', async () => {
    const { failed, postponed, lines } = await run({}, [
      ['a', 1],
      ['b', 4],
    ]);
    expect({ failed, postponed, lines }).toEqual({ failed: [], postponed: [], lines: [] });
  });
});

describe('a message to be tried again', () => {
  it.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [5, 480],
  ])('after its receive %i comes back after %i s', async (attempt, seconds) => {
    const { failed, postponed, lines } = await run({ a: retry(30, 'the job is running') }, [['a', attempt]]);
    expect({ failed, postponed }).toEqual({ failed: ['m-a'], postponed: [['receipt-m-a', seconds]] });
    const fields = { messageId: 'm-a', jobId: 'a', attempt, kind: 'retry', reason: 'the job is running' };
    expect(lines).toMatchObject([{ level: 'warn', fields }]);
  });

  it('is never hidden for longer than SQS allows', async () => {
    const { postponed } = await run({ a: retry(86_400, 'tomorrow') }, [['a', 5]]);
    expect(postponed[0]?.[1]).toBeLessThan(43_200);
  });

  it('that cannot be postponed comes back all the same, and the batch goes on', async () => {
    const { failed, handled, lines } = await run(
      { a: retry(30, 'later'), b: retry(30, 'later') },
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ],
      { postpone: async () => Promise.reject(new Error('receipt expired')) },
    );
    expect(failed).toEqual(['m-a', 'm-b']);
    expect(handled).toHaveLength(3);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });
});

describe('a message that can never succeed', () => {
  it.each<[string, BatchDeps<Message>['parse']]>([
    ['is malformed', () => undefined],
    [
      'cannot even be parsed',
      () => {
        throw new SyntaxError('Unexpected token');
      },
    ],
  ])('since it %s is not handled, and stops no other', async (_, parse) => {
    const { failed, handled, lines } = await run(
      {},
      [
        ['a', 1],
        ['b', 1],
      ],
      {
        parse: (body) => (body.includes('"a"') ? parse(body) : JSON.parse(body)),
      },
    );
    expect({ failed, handled }).toEqual({ failed: ['m-a'], handled: [['b', 1]] });
    expect(lines).toMatchObject([{ level: 'error', fields: { messageId: 'm-a' } }]);
    expect(JSON.stringify(lines)).not.toContain('{\\"jobId');
  });
});

describe('a message that throws', () => {
  it('is logged with its ids and the error, and not postponed', async () => {
    const error = new Error('table away');
    const { postponed, lines } = await run({ a: error }, [['a', 2]]);
    expect(postponed).toEqual([]);
    expect(lines).toEqual([
      { level: 'error', message: 'Message failed', fields: { messageId: 'm-a', attempt: 2, jobId: 'a', error } },
    ]);
  });
});

describe('messages beside slow ones', () => {
  it('are all begun: none ends as a dead letter without having been tried', async () => {
    // Each takes 24 of the 60 s that the function has, and is not begun with less than 40.
    let spent = 0;
    const handle = async () => {
      spent += 24_000;
      return retry(60, 'OpenAI is slow');
    };
    const jobs = ['a', 'b', 'c', 'd', 'e'].map((jobId) => [jobId, 5] as const);
    const { lines } = await run({}, jobs, { handle, handleMs: 40_000, remainingMs: () => 60_000 - spent });
    expect(lines.map(({ fields }) => fields.reason)).toEqual(Array(5).fill('OpenAI is slow'));
  });

  it('do not wait for them', async () => {
    const { promise: afterB, resolve } = Promise.withResolvers<Outcome>();
    const handle = async ({ jobId }: Message) => {
      if (jobId === 'b') resolve(done);
      return jobId === 'a' ? afterB : done;
    };
    const { failed } = await run(
      {},
      [
        ['a', 1],
        ['b', 1],
      ],
      { handle },
    );
    expect(failed).toEqual([]);
  });
});

describe('a batch whose time runs out', () => {
  it('begins nothing more, and lets what is left come back soon', async () => {
    let left = 50_000;
    const { failed, handled, postponed } = await run(
      {},
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
        ['d', 2],
      ],
      {
        remainingMs: () => {
          left -= 20_000;
          return left;
        },
      },
    );
    expect(handled).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(failed).toEqual(['m-c', 'm-d']);
    expect(postponed).toEqual([
      ['receipt-m-c', 5],
      ['receipt-m-d', 10],
    ]);
  });
});
