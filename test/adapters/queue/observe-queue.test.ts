import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createObserveQueue } from '../../../lambdas/adapters/queue/observe-queue.ts';
import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import { awsError, clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

/** Sends one request to a queue that answers so. */
async function send(reply: (body: string) => Reply, more: Pick<ObserveRequest, 'signedBy'> = {}) {
  const server = await startAwsServer(({ operation, body }) => {
    if (operation !== 'AmazonSQS.SendMessage') throw new Error(`unprepared: ${operation}`);
    return reply(String(body.MessageBody));
  });
  const client = new SQSClient(clientConfig(server.url));
  try {
    const queueUrl = `${server.url}/000000000000/observe`;
    const request = { source: 'research', jobId: 'ftjob-1', webhookAt: 5, ...more };
    const sending = createObserveQueue(queueUrl, client).send(request);
    return { result: await sending.catch((error: unknown) => error), calls: server.calls, queueUrl };
  } finally {
    client.destroy();
    await server.close();
  }
}

const taken = (body: string): Reply => ({
  status: 200,
  body: { MessageId: '1', MD5OfMessageBody: createHash('md5').update(body).digest('hex') },
});

describe('the observe queue', () => {
  it('gets one message, which says only what to look at', async () => {
    const { result, calls, queueUrl } = await send(taken);
    expect(result).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.body).toEqual({ QueueUrl: queueUrl, MessageBody: expect.any(String) });
    expect(JSON.parse(String(calls[0]?.body.MessageBody))).toEqual({
      source: 'research',
      jobId: 'ftjob-1',
      webhookAt: 5,
    });
  });

  it('is told who signed the webhook, where that is not OpenAI with the present secret', async () => {
    const { calls } = await send(taken, { signedBy: 'previous-secret' });
    expect(JSON.parse(String(calls[0]?.body.MessageBody))).toMatchObject({ signedBy: 'previous-secret' });
  });

  it.each<[string, Reply, string]>([
    ['refuses', awsError('AccessDeniedException', 'not authorized'), 'AccessDeniedException'],
    ['is gone', awsError('QueueDoesNotExist', 'The specified queue does not exist.'), 'QueueDoesNotExist'],
    ['resets', 'reset', 'TimeoutError'],
    ['never answers', 'hang', 'TimeoutError'],
  ])('that %s is an error: nothing may be acknowledged', async (_, reply, name) => {
    const { result } = await send(() => reply);
    expect(result).toBeInstanceOf(Error);
    expect(result).toHaveProperty('name', name);
  });

  it('takes a message as it was, byte by byte', async () => {
    const body = '{ "jobId":"ftjob-1", "source":"research", "new": "ä" }';
    const server = await startAwsServer((call) => taken(String(call.body.MessageBody)));
    const client = new SQSClient(clientConfig(server.url));
    await createObserveQueue(`${server.url}/000000000000/observe`, client).sendBody(body);
    expect(server.calls.map((call) => call.body.MessageBody)).toEqual([body]);
    client.destroy();
    await server.close();
  });

  it('that took other bytes than were sent is an error', async () => {
    const { result } = await send(() => taken('something else'));
    expect(result).toBeInstanceOf(Error);
  });
});
