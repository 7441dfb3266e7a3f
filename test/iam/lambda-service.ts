import type { Template } from 'aws-cdk-lib/assertions';
import { OUTPUT } from '../../lambdas/shared/contract/names.ts';
import type { FunctionName } from '../../lib/bundle.ts';
import { arnOnAws, resolveOnAws } from '../stack/on-aws.ts';
import { functionOf, outputRef, propertiesOf } from '../stack/reading.ts';
import type { Request } from './evaluate.ts';

/** What the documentation of Lambda wants a function's role to allow for an SQS queue that it polls for the function. */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** What Lambda itself does with the rights of a function's role: write its log, and take from the queue that feeds it. */
export function requestsOfLambda(template: Template, stackName: string, fn: FunctionName): readonly Request[] {
  const output = OUTPUT[`${fn}Function`];
  const { LogGroup } = functionOf(template, output).LoggingConfig;
  const stream = arnOnAws('logs', `log-group:${resolveOnAws(template, stackName, LogGroup)}:log-stream:2026/11/20`);
  const mappings = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping'));
  const queues = mappings
    .filter(({ FunctionName }) => JSON.stringify(FunctionName) === JSON.stringify({ Ref: outputRef(template, output) }))
    .map(({ EventSourceArn }) => resolveOnAws(template, stackName, EventSourceArn));
  return [
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ action, resource: stream, context: {} })),
    ...queues.flatMap((resource) => POLLING.map((action) => ({ action, resource, context: {} }))),
  ];
}
