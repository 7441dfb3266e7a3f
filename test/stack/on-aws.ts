import type { Template } from 'aws-cdk-lib/assertions';
import { functionOf, type Value } from './reading.ts';

/** As long as they get in the regions and accounts of AWS. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': 'ap-southeast-4',
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

const REGION = PSEUDO['AWS::Region'] ?? '';
const ACCOUNT = PSEUDO['AWS::AccountId'] ?? '';

/** The ARN of something in the account and region of these tests. */
export function arnOnAws(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** A function's environment as it is on AWS. */
export function environmentOf(template: Template, stackName: string, functionOutput: string): Record<string, string> {
  const { Variables } = functionOf(template, functionOutput).Environment;
  const resolved = Object.entries(Variables).map(([name, value]) => [name, resolveOnAws(template, stackName, value)]);
  return Object.fromEntries(resolved);
}

/** Bytes of a function's environment as Lambda measures them: the JSON of all variables. AWS allows 4096. */
export function environmentBytes(template: Template, stackName: string, functionOutput: string): number {
  return Buffer.byteLength(JSON.stringify(environmentOf(template, stackName, functionOutput)));
}

/** A value with what CloudFormation will make of it on AWS; `x` stands for a character that nobody knows before. */
export function resolveOnAws(template: Template, stackName: string, value: Value | undefined): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = []] = Object.entries(value);
  const inner = (each: Value | undefined) => resolveOnAws(template, stackName, each);
  if (name === 'Ref') return PSEUDO[String(argument)] ?? physicalId(template, String(argument), stackName);
  if (name === 'Fn::GetAtt') {
    const [logicalId, attribute] = argument as readonly string[];
    return attributeOf(template, logicalId ?? '', attribute ?? '', stackName);
  }
  const [first, second] = argument as readonly Value[];
  if (name === 'Fn::Join') return (second as readonly Value[]).map(inner).join(String(first));
  if (name === 'Fn::Select') {
    const [separator, text] = (second as { readonly 'Fn::Split': readonly Value[] })['Fn::Split'];
    return inner(text).split(String(separator))[Number(first)] ?? '';
  }
  throw new Error(`What ${name} gives on AWS is not written down here.`);
}

function typeOf(template: Template, logicalId: string): string {
  return template.toJSON().Resources[logicalId]?.Type;
}

/** Stack, logical id and twelve random characters, cut to what the service allows. */
function physicalId(template: Template, logicalId: string, stackName: string): string {
  const named = (most: number) => `${stackName}-${logicalId}`.slice(0, most - 13) + '-'.padEnd(13, 'x');
  switch (typeOf(template, logicalId)) {
    case 'AWS::IAM::Role':
      return named(64);
    case 'AWS::Lambda::Function':
      return template.toJSON().Resources[logicalId].Properties.FunctionName ?? named(64);
    case 'AWS::DynamoDB::Table':
      return named(255);
    case 'AWS::Events::EventBus':
      return template.toJSON().Resources[logicalId].Properties.Name;
    case 'AWS::SQS::Queue':
      return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${named(80)}`;
    case 'AWS::Logs::LogGroup':
      return named(512);
    default:
      throw new Error(`How ${logicalId} is named on AWS is not written down here.`);
  }
}

/** A secret's name has no stack in it; its ARN ends in six more random characters. */
function attributeOf(template: Template, logicalId: string, attribute: string, stackName: string): string {
  // A queue is named by its URL.
  const name = () => physicalId(template, logicalId, stackName).split('/').at(-1) ?? '';
  switch (`${typeOf(template, logicalId)} ${attribute}`) {
    case 'AWS::SecretsManager::Secret Id':
      return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${logicalId}-xxxxxxxxxxxx-xxxxxx`;
    case 'AWS::ApiGatewayV2::Api ApiEndpoint':
      return `https://xxxxxxxxxx.execute-api.${REGION}.amazonaws.com`;
    case 'AWS::Events::EventBus Arn':
      return arnOnAws('events', `event-bus/${name()}`);
    case 'AWS::DynamoDB::Table Arn':
      return arnOnAws('dynamodb', `table/${name()}`);
    case 'AWS::Lambda::Function Arn':
      return arnOnAws('lambda', `function:${name()}`);
    case 'AWS::IAM::Role Arn':
      return `arn:aws:iam::${ACCOUNT}:role/${name()}`;
    case 'AWS::SQS::Queue Arn':
      return arnOnAws('sqs', name());
    case 'AWS::Logs::LogGroup Arn':
      return arnOnAws('logs', `log-group:${name()}:*`);
    default:
      throw new Error(`What ${attribute} of ${logicalId} is on AWS is not written down here.`);
  }
}
