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

/**
 * Bytes of a function's environment as Lambda measures them: the JSON of all variables, with what CloudFormation will put
 * in the place of its intrinsic functions. AWS allows 4096.
 */
export function environmentBytes(template: Template, stackName: string, functionOutput: string): number {
  const { Variables } = functionOf(template, functionOutput).Environment;
  const resolved = Object.entries(Variables).map(([name, value]) => [name, resolveOnAws(template, stackName, value)]);
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(resolved)));
}

/** A value with what CloudFormation will make of it on AWS; `x` stands for a character that nobody knows before. */
export function resolveOnAws(template: Template, stackName: string, value: Value | undefined): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = []] = Object.entries(value);
  const inner = (each: Value | undefined) => resolveOnAws(template, stackName, each);
  if (name === 'Ref') return PSEUDO[String(argument)] ?? physicalId(template, String(argument), stackName);
  if (name === 'Fn::GetAtt') {
    const [logicalId, attribute] = argument as readonly string[];
    return attributeOf(template, logicalId ?? '', attribute ?? '');
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
    case 'AWS::Lambda::Function':
      return named(64);
    case 'AWS::DynamoDB::Table':
      return named(255);
    case 'AWS::SQS::Queue':
      return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${named(80)}`;
    default:
      throw new Error(`How ${logicalId} is named on AWS is not written down here.`);
  }
}

/** A secret's name has no stack in it; its ARN ends in six more random characters. */
function attributeOf(template: Template, logicalId: string, attribute: string): string {
  switch (`${typeOf(template, logicalId)} ${attribute}`) {
    case 'AWS::SecretsManager::Secret Id':
      return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${logicalId}-xxxxxxxxxxxx-xxxxxx`;
    case 'AWS::ApiGatewayV2::Api ApiEndpoint':
      return `https://xxxxxxxxxx.execute-api.${REGION}.amazonaws.com`;
    default:
      throw new Error(`What ${attribute} of ${logicalId} is on AWS is not written down here.`);
  }
}
