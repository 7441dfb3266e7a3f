import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeadLetters, createObserveQueue } from '../../../lambdas/adapters/queue/observe-queue.ts';
import { startSqs } from '../../adapters/queue/sqs-server.ts';
import { clientConfig } from '../../adapters/secrets/aws-server.ts';
import { createScene, type Scene } from '../scene.ts';
import { type Hands, handsOn, JANE } from './by-hand.ts';

let scene: Scene;
let hands: Hands;
let sqs: Awaited<ReturnType<typeof startSqs>>;
let client: SQSClient;
beforeEach(async () => {
  scene = await createScene();
  hands = handsOn(scene);
  sqs = await startSqs({ now: scene.time.now });
  client = new SQSClient(clientConfig(sqs.url));
});
afterEach(async () => {
  client.destroy();
  await sqs.close();
  await scene.close();
});

const redrive = () =>
  hands.ask(
    { command: 'redrive' },
    {
      redrive: {
        deadLetters: createDeadLetters(client, sqs.urlOf('dead')),
        queue: createObserveQueue(sqs.urlOf('observe'), client),
      },
    },
  );
const events = async () => (await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 10 })).items;

describe('redriving by hand', () => {
  it('moves the dead letters back, and is told with the jobs they were of', async () => {
    const bodies = ['ftjob-1', 'ftjob-2'].map((jobId) =>
      JSON.stringify({ source: 'research', jobId, webhookAt: null }),
    );
    sqs.put('dead', ...bodies);
    expect(await redrive()).toEqual({ moved: 2, jobIds: ['ftjob-1', 'ftjob-2'], left: false, unreadable: 0 });
    expect(sqs.bodies('observe')).toEqual(bodies);
    expect(await events()).toMatchObject([
      { act: 'redriven', actor: JANE, note: '2 dead letters, of ftjob-1, ftjob-2', checkpoint: null },
    ]);
  });

  it('of none is no event', async () => {
    sqs.put('dead', 'not JSON');
    expect(await redrive()).toEqual({ moved: 0, jobIds: [], left: false, unreadable: 1 });
    expect(await events()).toEqual([]);
  });
});
