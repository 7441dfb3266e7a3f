import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { OUTPUT } from '../../lambdas/shared/contract/names.ts';
import type { Stage } from '../e2e/stage.ts';
import { invoke } from '../local-cloud/lambda.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { metricsIn } from '../metrics/told.ts';
import type { Point } from './alarm-state.ts';
import { pointsOf, tried } from './scene.ts';

type FunctionOutput = Extract<(typeof OUTPUT)[keyof typeof OUTPUT], `${string}FunctionName`>;

/** The deployed stack with a schedule that is told when to tick, and what CloudWatch would measure of it. */
export async function openAlarmCloud({ cloud, sandbox }: Stage) {
  const physical = await physicalIds();
  const sqs = new SQSClient(cloud.client);

  async function physicalIds(): Promise<ReadonlyMap<string, string>> {
    const client = new CloudFormationClient(cloud.client);
    const command = new DescribeStackResourcesCommand({ StackName: sandbox.stackName });
    const { StackResources = [] } = await client.send(command).finally(() => client.destroy());
    return new Map(StackResources.map((each) => [each.LogicalResourceId ?? '', each.PhysicalResourceId ?? '']));
  }

  /** The logical id of the only resource that is called so. */
  function logicalId(prefix: string): string {
    const [id, ...others] = [...physical.keys()].filter((each) => new RegExp(`^${prefix}[0-9A-F]{8}$`).test(each));
    if (id === undefined || others.length > 0) throw new Error(`${prefix} is ${[id, ...others]}`);
    return id;
  }

  const of = (prefix: string) => physical.get(logicalId(prefix)) ?? '';

  /** Ticks of a schedule: Lambda counts what it invokes, and what fails; what the function tells is in its log. */
  async function ticks(
    output: FunctionOutput,
    times = 1,
    event: unknown = {},
    meanwhile: () => Promise<unknown> = async () => undefined,
  ): Promise<readonly Point[]> {
    const functionName = sandbox.outputs[output] ?? '';
    const [id = ''] = [...physical].find(([, name]) => name === functionName) ?? [];
    const before = (await functionLogs(cloud, functionName)).length;
    await meanwhile();
    const points: Point[] = [];
    const count = (name: string, value: number) =>
      points.push({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: id }, value });
    for (let tick = 0; tick < times; tick++) {
      let failed = false;
      // What Lambda refuses, as where the function has no concurrency, is no invocation; nor is any other till that is mended.
      const refusal = await tried(async () => {
        failed = (await invoke(cloud, functionName, event)).error !== null;
      });
      if (refusal !== null) break;
      count('Invocations', 1);
      count('Errors', failed ? 1 : 0);
    }
    const lines = (await functionLogs(cloud, functionName)).slice(before).filter((line) => line.startsWith('{'));
    return [...points, ...pointsOf(lines.flatMap((line) => metricsIn(JSON.parse(line))))];
  }

  /** The queues, `later` (ms) from now: so much older is by then what waits. */
  async function queues(oldestSince: number | null = null, later = 0): Promise<readonly Point[]> {
    const depth = async (prefix: string): Promise<Point> => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: of(prefix), AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return {
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: logicalId(prefix) },
        value: Number(Attributes?.ApproximateNumberOfMessages),
      };
    };
    const [waiting, dead] = await Promise.all([depth('ObserveQueue'), depth('ObserveQueueDeadLetters')]);
    const age = waiting.value === 0 || oldestSince === null ? 0 : (Date.now() + later - oldestSince) / 1_000;
    return [waiting, dead, { ...waiting, name: 'ApproximateAgeOfOldestMessage', value: age }];
  }

  /** What the HTTP API counts of these answers. */
  const api = (statuses: readonly number[]): readonly Point[] => [
    {
      namespace: 'AWS/ApiGateway',
      name: '5xx',
      dimensions: { ApiId: logicalId('WebhookApi') },
      value: statuses.filter((status) => status >= 500).length,
    },
  ];

  return { ticks, queues, api, of, sqs, close: () => sqs.destroy() };
}

export type AlarmCloud = Awaited<ReturnType<typeof openAlarmCloud>>;
