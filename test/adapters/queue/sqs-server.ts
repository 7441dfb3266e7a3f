import { createHash } from 'node:crypto';
import { type AwsCall, type Reply, startAwsServer } from '../secrets/aws-server.ts';

/** A message as the queue keeps it. */
interface Message {
  readonly id: string;
  readonly body: string;
  /** Milliseconds since the epoch. */
  visibleAt: number;
  receipt: string | null;
}

/** What may go wrong with a call: its connection is reset before its effect, or after it. */
export type Strike = 'none' | 'before' | 'after';

export interface SqsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Asked at every call. */
  readonly strike?: () => Strike;
  /** Asked for every message that is received: whether it stays visible, as SQS at its worst has it. */
  readonly staysVisible?: () => boolean;
}

/** SQS on loopback, as much of it as moving messages takes: at least once, hidden for as long as the caller asks. */
export async function startSqs({ now, strike = () => 'none', staysVisible = () => false }: SqsOptions) {
  const queues = new Map<string, Message[]>();
  let count = 0;
  const queueAt = (url: unknown): Message[] => {
    const name = String(url).split('/').at(-1) ?? '';
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };
  const put = (queue: Message[], body: string) => {
    queue.push({ id: `message-${++count}`, body, visibleAt: 0, receipt: null });
  };

  function work({ operation, body }: AwsCall): Reply {
    const queue = queueAt(body.QueueUrl);
    switch (operation) {
      case 'AmazonSQS.SendMessage':
        put(queue, String(body.MessageBody));
        return {
          status: 200,
          body: { MessageId: `message-${count}`, MD5OfMessageBody: md5(String(body.MessageBody)) },
        };
      case 'AmazonSQS.ReceiveMessage': {
        const visible = queue.filter(({ visibleAt }) => visibleAt <= now()).slice(0, Number(body.MaxNumberOfMessages));
        for (const message of visible) {
          message.receipt = `receipt-${++count}`;
          if (!staysVisible()) message.visibleAt = now() + Number(body.VisibilityTimeout) * 1_000;
        }
        return { status: 200, body: { Messages: visible.map(shown) } };
      }
      case 'AmazonSQS.DeleteMessage': {
        // As SQS has it: a receipt that is no longer the message's own deletes nothing, and is no error.
        const at = queue.findIndex(({ receipt }) => receipt === body.ReceiptHandle);
        if (at >= 0) queue.splice(at, 1);
        return { status: 200, body: {} };
      }
      default:
        throw new Error(`unprepared: ${operation}`);
    }
  }

  const server = await startAwsServer((call) => {
    const struck = strike();
    if (struck === 'before') return 'reset';
    const reply = work(call);
    return struck === 'after' ? 'reset' : reply;
  });
  return {
    ...server,
    urlOf: (name: string) => `${server.url}/000000000000/${name}`,
    put: (name: string, ...bodies: readonly string[]) => {
      for (const body of bodies) put(queueAt(name), body);
    },
    /** The truth: hidden messages, too. */
    bodies: (name: string): readonly string[] => queueAt(name).map(({ body }) => body),
  };
}

function shown({ id, body, receipt }: Message) {
  return { MessageId: id, ReceiptHandle: receipt, Body: body, MD5OfBody: md5(body) };
}

function md5(body: string): string {
  return createHash('md5').update(body).digest('hex');
}
