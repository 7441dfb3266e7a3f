import type { Template } from 'aws-cdk-lib/assertions';

/** A value of a CloudFormation template: a literal or an intrinsic function. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

type Properties = { readonly [key: string]: Value };

/** What the tests read of a function. */
export interface FunctionProperties {
  readonly FunctionName?: string;
  readonly Code: { readonly S3Key: string };
  readonly Role: { readonly 'Fn::GetAtt': readonly string[] };
  readonly Environment: { readonly Variables: Readonly<Record<string, Value>> };
  readonly Timeout: number;
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: Value;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: Value } };
}

/** The properties of every resource of a type, by logical id. */
export function propertiesOf(template: Template, type: string): Record<string, Properties> {
  const resources = template.findResources(type);
  return Object.fromEntries(Object.entries(resources).map(([id, { Properties }]) => [id, Properties as Properties]));
}

/** The logical id of what an output refers to. */
export function outputRef(template: Template, output: string): string {
  const value = template.toJSON().Outputs?.[output]?.Value;
  const resource = value?.Ref ?? value?.['Fn::GetAtt']?.[0];
  if (typeof resource !== 'string') throw new Error(`Output ${output} refers to no resource`);
  return resource;
}

/** The function that an output names. */
export function functionOf(template: Template, output: string): FunctionProperties {
  return template.findResources('AWS::Lambda::Function')[outputRef(template, output)]?.Properties;
}

/** Every statement of every policy attached to the role of a function, which is named by its output. */
export function statementsOf(template: Template, functionOutput: string): Statement[] {
  const role = JSON.stringify({ Ref: functionOf(template, functionOutput).Role['Fn::GetAtt'][0] });
  const policies = Object.values(propertiesOf(template, 'AWS::IAM::Policy'));
  return policies
    .filter(({ Roles }) => (Roles as Value[]).some((attached) => JSON.stringify(attached) === role))
    .flatMap(({ PolicyDocument }) => (PolicyDocument as unknown as { Statement: Statement[] }).Statement);
}

/**
 * A statement as one line: `dynamodb:GetItem, … on LedgerTable[JOB]`. Resources go by their logical ids without the
 * CDK's hashes; in brackets the partitions that the condition allows.
 */
export function asLine({ Effect, Action, Resource, Condition = {} }: Statement): string {
  const { 'ForAllValues:StringEquals': keys, ...otherConditions } = Condition;
  const partitions = keys === undefined ? '' : `[${[keys['dynamodb:LeadingKeys']].flat().join(', ')}]`;
  const rest = Object.keys(otherConditions).length > 0 ? ` if ${JSON.stringify(otherConditions)}` : '';
  const effect = Effect === 'Allow' ? '' : `${Effect} `;
  const resources = (Array.isArray(Resource) ? Resource : [Resource]).map((resource: Value) => nameOf(resource));
  return `${effect}${[Action].flat().join(', ')} on ${resources.join(', ')}${partitions}${rest}`;
}

/** A reference as readable text. */
export function nameOf(value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(nameOf).join(', ');
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Properties;
  if (typeof Ref === 'string') return withoutHash(Ref);
  if (Array.isArray(attribute)) return withoutHash(String(attribute[0]));
  if (Array.isArray(join)) return (join[1] as Value[]).map(nameOf).join('');
  return JSON.stringify(value);
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
