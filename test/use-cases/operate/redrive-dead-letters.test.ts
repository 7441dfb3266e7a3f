import { SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeadLetters, createObserveQueue } from '../../../lambdas/adapters/queue/observe-queue.ts';
import { parseObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import type { Redriven } from '../../../lambdas/shared/contract/operator.ts';
import { redriveDeadLetters } from '../../../lambdas/use-cases/operate/redrive.ts';
import { type SqsOptions, type Strike, startSqs } from '../../adapters/queue/sqs-server.ts';
import { clientConfig } from '../../adapters/secrets/aws-server.ts';
import { MINUTE, T0 } from '../../builders/checkpoints.ts';

const request = (n: number) => JSON.stringify({ source: 'research', jobId: `ftjob-${n}`, webhookAt: null });
const requests = (count: number) => Array.from({ length: count }, (_, n) => request(n));
const UNREADABLE = ['not JSON', '{}', '{"source":"research","jobId":"job-1"}', '[]', ' '];

/** Two queues at SQS, with a clock that moves so far with every call to it. */
async function scene({ perCallMs = 20, ...options }: Partial<SqsOptions> & { readonly perCallMs?: number } = {}) {
  const clock = { now: T0 };
  const strike = (): Strike => {
    clock.now += perCallMs;
    return options.strike?.() ?? 'none';
  };
  const sqs = await startSqs({ ...options, now: () => clock.now, strike });
  const client = new SQSClient(clientConfig(sqs.url));
  return {
    clock,
    sqs,
    run: (forMs = 14 * MINUTE): Promise<Redriven> =>
      redriveDeadLetters({
        deadLetters: createDeadLetters(client, sqs.urlOf('dead')),
        queue: createObserveQueue(sqs.urlOf('observe'), client),
        parse: parseObserveRequest,
        stopAt: clock.now + forMs,
        now: () => clock.now,
      }),
    operations: () => sqs.calls.map(({ operation }) => operation.replace('AmazonSQS.', '')),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await sqs.close();
    },
  };
}

describe('dead letters', () => {
  it('are moved back as they are, each sent before it is deleted', async () => {
    await using there = await scene();
    there.sqs.put('dead', request(1), ` ${request(2)}`);
    expect(await there.run()).toEqual({ moved: 2, jobIds: ['ftjob-1', 'ftjob-2'], left: false, unreadable: 0 });
    expect(there.sqs.bodies('observe')).toEqual([request(1), ` ${request(2)}`]);
    expect(there.sqs.bodies('dead')).toEqual([]);
    const each = ['SendMessage', 'DeleteMessage'];
    expect(there.operations()).toEqual(['ReceiveMessage', ...each, ...each, 'ReceiveMessage', 'ReceiveMessage']);
  });

  it('may be none, which takes two looks', async () => {
    await using there = await scene();
    expect(await there.run()).toEqual({ moved: 0, jobIds: [], left: false, unreadable: 0 });
    expect(there.operations()).toEqual(['ReceiveMessage', 'ReceiveMessage']);
  });

  it('of one job are all moved, and the job is named once', async () => {
    await using there = await scene();
    there.sqs.put('dead', request(1), request(1), request(2));
    expect(await there.run()).toMatchObject({ moved: 3, jobIds: ['ftjob-1', 'ftjob-2'] });
    expect(there.sqs.bodies('observe')).toHaveLength(3);
  });

  it('are moved however many there are', async () => {
    await using there = await scene();
    there.sqs.put('dead', ...requests(73));
    expect(await there.run()).toMatchObject({ moved: 73, left: false });
    expect(there.sqs.bodies('observe').toSorted()).toEqual(requests(73).toSorted());
  });

  it('that cannot be read stay where they are', async () => {
    await using there = await scene();
    there.sqs.put('dead', ...UNREADABLE, request(1), ...UNREADABLE);
    expect(await there.run()).toEqual({ moved: 1, jobIds: ['ftjob-1'], left: false, unreadable: 10 });
    expect(there.sqs.bodies('dead')).toEqual([...UNREADABLE, ...UNREADABLE]);
    expect(there.sqs.bodies('observe')).toEqual([request(1)]);
  });

  it('that cannot be read do not hide what comes behind them', async () => {
    await using there = await scene();
    there.sqs.put('dead', ...Array.from({ length: 35 }, () => 'not JSON'), request(1));
    expect(await there.run()).toEqual({ moved: 1, jobIds: ['ftjob-1'], left: false, unreadable: 35 });
  });

  it('that cannot be read and come back while this goes on do not keep it going', async () => {
    await using there = await scene({ perCallMs: MINUTE / 2 });
    there.sqs.put('dead', 'not JSON');
    expect(await there.run(24 * 60 * MINUTE)).toEqual({ moved: 0, jobIds: [], left: false, unreadable: 1 });
    expect(there.operations()).toHaveLength(3);
  });

  it('that are left when time is up are left to the next run', async () => {
    await using there = await scene({ perCallMs: 1_000 });
    there.sqs.put('dead', ...requests(6));
    const first = await there.run(8_000);
    expect(first).toMatchObject({ moved: 4, left: true, unreadable: 0 });
    expect(there.sqs.bodies('dead')).toHaveLength(2);
    there.clock.now += MINUTE;
    expect(await there.run()).toMatchObject({ moved: 2, left: false });
    expect(there.sqs.bodies('observe')).toEqual(requests(6));
  });

  it('are not even looked for when there is no time', async () => {
    await using there = await scene();
    there.sqs.put('dead', request(1));
    expect(await there.run(0)).toEqual({ moved: 0, jobIds: [], left: true, unreadable: 0 });
    expect(there.operations()).toEqual([]);
  });
});

describe('never is one lost', () => {
  const LETTERS = ['not JSON', ...requests(4), '{}', ...requests(12)];

  it.each(['before', 'after'] as const)('killed at each call, %s its effect, and run again', async (moment) => {
    for (let at = 0, struck = true; struck; at++) {
      let call = 0;
      await using there = await scene({ strike: () => (call++ === at ? moment : 'none') });
      there.sqs.put('dead', ...LETTERS);
      const error = await there.run().catch((reason: unknown) => reason);
      struck = call > at;
      expect(error instanceof Error).toBe(struck);
      // The next run meets no fault, also where the first came to its end before it.
      call = at + 1;
      const anywhere = [...there.sqs.bodies('dead'), ...there.sqs.bodies('observe')];
      for (const body of LETTERS) expect(anywhere).toContain(body);

      there.clock.now += MINUTE;
      expect(await there.run()).toMatchObject({ left: false, unreadable: 2 });
      expect(there.sqs.bodies('dead').toSorted()).toEqual(['not JSON', '{}'].toSorted());
      // One call is doubled at most: that of the message between whose sending and deleting the first run died.
      expect(there.sqs.bodies('observe').length - 16).toBeOneOf([0, 1]);
      expect(new Set(there.sqs.bodies('observe'))).toEqual(new Set(requests(12)));
      expect(at).toBeLessThan(100);
    }
  });

  it('whatever is in the queue, however often SQS shows it, however often the calls fail', async () => {
    const letters = fc.array(fc.oneof(fc.constantFrom(...UNREADABLE), fc.nat(9).map(request)), { maxLength: 30 });
    const strikes = fc.infiniteStream(fc.constantFrom<Strike>('none', 'none', 'none', 'none', 'before', 'after'));
    const doubles = fc.infiniteStream(fc.constantFrom(false, false, false, true));
    await fc.assert(
      fc.asyncProperty(letters, strikes, doubles, async (bodies, striking, doubling) => {
        let calm = false;
        await using there = await scene({
          strike: () => (calm ? 'none' : striking.next().value),
          staysVisible: () => !calm && doubling.next().value,
        });
        there.sqs.put('dead', ...bodies);
        const readable = bodies.filter((body) => parseObserveRequest(body) !== undefined);
        for (let run = 0; run < 4; run++) {
          calm = run === 3;
          const result = await there.run().catch(() => null);
          const now = there.sqs.bodies('observe');
          for (const body of readable) expect([...now, ...there.sqs.bodies('dead')]).toContain(body);
          for (const body of now) expect(readable).toContain(body);
          if (calm) expect(result).toMatchObject({ left: false, unreadable: bodies.length - readable.length });
          there.clock.now += MINUTE;
        }
        expect(there.sqs.bodies('dead')).toEqual(bodies.filter((body) => !readable.includes(body)));
        for (const body of new Set(readable)) {
          const count = (all: readonly string[]) => all.filter((each) => each === body).length;
          expect(count(there.sqs.bodies('observe'))).toBeGreaterThanOrEqual(count(readable));
        }
      }),
      { numRuns: 50 },
    );
  });
});
