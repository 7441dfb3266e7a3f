import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import { type AwsCall, type Reply, startAwsServer } from '../adapters/secrets/aws-server.ts';

const RUNNER = fileURLToPath(new URL('./serve-handler.ts', import.meta.url));

/** What the function's surroundings answer; each may be changed between deliveries. */
export interface Surroundings {
  secret: (stage: unknown) => Reply;
  queue: 'up' | Reply;
}

/** The webhook function in a process of its own, with a loopback AWS, from the module at `handlerUrl`. */
export async function startFunction(handlerUrl: string, surroundings: Surroundings) {
  const aws = await startAwsServer((call) => answer(call, surroundings));
  const child = fork(RUNNER, [handlerUrl], {
    silent: true,
    env: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
      [ENV.observeQueueUrl]: `${aws.url}/000000000000/observe`,
      [ENV.webhookSecrets]: JSON.stringify({ research: 'webhook' }),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The function ended with ${code}: ${output}`);
  });
  await message();

  return {
    calls: aws.calls,
    async deliver(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
      const answered = message();
      child.send(event);
      return (await answered) as APIGatewayProxyStructuredResultV2;
    },
    /** Ends the function and gives all that it wrote. */
    async stop(): Promise<string> {
      const closed = once(child, 'close');
      child.kill();
      await closed;
      await aws.close();
      return output;
    },
  };

  /** The function's next message; fails when it ends before. */
  async function message(): Promise<unknown> {
    return Promise.race([once(child, 'message').then(([value]) => value), ended]);
  }
}

function answer({ operation, body }: AwsCall, { secret, queue }: Surroundings): Reply {
  if (operation === 'secretsmanager.GetSecretValue') return secret(body.VersionStage);
  if (operation !== 'AmazonSQS.SendMessage') throw new Error(`unprepared: ${operation}`);
  if (queue !== 'up') return queue;
  const digest = createHash('md5').update(String(body.MessageBody)).digest('hex');
  return { status: 200, body: { MessageId: '1', MD5OfMessageBody: digest } };
}
